import * as pulumi from "@pulumi/pulumi";

/**
 * An error with which the program ends for something that the operator mends: a message, and no stack.
 *
 * Pulumi prints no stack of a RunError, but formats it in colour all the same. In its process Node 20 fails at that after some 15 s of
 * computing, at paths through node_modules, before the message is seen.
 */
export function refusal(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
