import { CommanderError, type Command } from "commander";
import { SiteError } from "../stacks/site/problems";

/** Exit codes of all commands. */
export const EXIT = { passes: 0, violation: 1, wrongInput: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A mistake of whoever calls: its message is for them, says how to mend it, and is all that they see. */
export class UsageError extends Error {}

/**
 * Runs a command and sets the process's exit code. Mistakes in arguments, files and sites end with code 2 and without a stack trace; a defect
 * of the program shows itself in full.
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  // A subcommand inherits these only where it is made after them.
  for (const each of [command, ...command.commands]) each.exitOverride().showHelpAfterError("(--help shows all options)");
  try {
    await command.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.passes : EXIT.wrongInput;
    else if (error instanceof SiteError || error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EXIT.wrongInput;
    } else throw error;
  }
}

/** Says on stderr what is being done, once the command has taken more than two seconds. */
export class Progress {
  private readonly started = Date.now();

  constructor(private readonly command: string) {}

  step(what: string): void {
    const seconds = (Date.now() - this.started) / 1000;
    if (seconds > 2) process.stderr.write(`${this.command}: ${what} (${seconds.toFixed(1)} s)\n`);
  }
}
