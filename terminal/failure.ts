/** Exit codes of the project's commands; a command that runs another program may end with that program's. */
export const EXIT = {
  /** Everything was done, and nothing was found wrong. */
  passes: 0,
  /** The answer is no: a policy is violated, or what was to be done did not come about. */
  fails: 1,
  /** An argument, a file or the machine is not as the command needs it; nothing was changed. */
  wrongInput: 2,
} as const;
/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Ends a command. Its message is for whoever called, is all that they see, and says what was found, what is allowed and how to mend it; an
 * empty message prints nothing.
 */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.fails,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** A mistake of whoever called, or of their machine: the command ends with 2 and has changed nothing. */
export class UsageError extends CommandFailure {
  constructor(message: string) {
    super(message, EXIT.wrongInput);
  }
}

/** The message of anything that was thrown, on one line. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, " ").trim();
}
