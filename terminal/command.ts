import { CommanderError, type Command } from "commander";
import { CommandFailure, EXIT } from "./failure";
import { enterCallersFolder, guardOutput, systemFailure } from "./machine";

/** What a command prints below a message about wrong arguments. */
export const HELP_HINT = "(--help shows all options)";

/** A class of errors whose messages are for whoever called, such as everything that is wrong with a site file. */
export type MistakeClass = abstract new (...args: never[]) => Error;

/**
 * Runs a command and sets the process's exit code. Failures and mistakes are printed on stderr without a stack trace; anything else is a
 * defect of the program and is printed in full.
 * @param mistakes further errors that end the command like a {@link UsageError}.
 */
export async function runCommand(command: Command, args: readonly string[], mistakes: readonly MistakeClass[]): Promise<void> {
  guardOutput();
  enterCallersFolder(command.name());
  // Without this Commander would end the process itself. A subcommand has inherited nothing that is set after it was made.
  for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await command.parseAsync([...args], { from: "user" });
  } catch (error) {
    process.exitCode = tellFailure(error, mistakes);
  }
}

/**
 * Prints what made a command fail and gives its exit code.
 * @param mistakes as of {@link runCommand}.
 */
export function tellFailure(error: unknown, mistakes: readonly MistakeClass[]): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passes : EXIT.wrongInput;
  const failed = error instanceof CommandFailure;
  if (failed || mistakes.some((mistake) => error instanceof mistake)) {
    const { message } = error as Error;
    if (message !== "") process.stderr.write(`${message}\n`);
    return failed ? error.exitCode : EXIT.wrongInput;
  }
  const reason = systemFailure(error);
  if (reason !== undefined) {
    process.stderr.write(`${reason}\n`);
    return EXIT.wrongInput;
  }
  console.error(error);
  return EXIT.fails;
}
