import { CommandFailure } from "../terminal/failure";

/**
 * Thrown where Ctrl-C or a termination signal ended the work. It prints nothing, and the command ends with the shell's code for a signal.
 */
export class Interrupted extends CommandFailure {
  /**
   * @param exitCode 128 and the signal's number; that of Ctrl-C if it is left out.
   * @param startedControlPlane whether the command that was interrupted had started the control plane, and so has to end it.
   */
  constructor(
    exitCode = 130,
    readonly startedControlPlane = false,
  ) {
    super("", exitCode);
  }
}
