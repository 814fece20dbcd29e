/**
 * A failure that its reader can mend: one clear message, no stack trace.
 *
 * The message says what was found, what is allowed and how to mend it. Exit code 2 means that nothing was changed.
 */
export class SandboxFailure extends Error {
  public constructor(
    message: string,
    public readonly exitCode: number = 2,
  ) {
    super(message);
    this.name = "SandboxFailure";
  }
}

/** Thrown where Ctrl-C or a termination signal ended the work; the command then exits with the shell's code for a signal. */
export class Interrupted extends Error {
  public constructor(
    public readonly exitCode: number = 130,
    /** Whether the command that was interrupted had started the control plane, and so has to end it. */
    public readonly startedControlPlane: boolean = false,
  ) {
    super("interrupted");
    this.name = "Interrupted";
  }
}

/** The message of anything thrown, on one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, " ").trim();
}
