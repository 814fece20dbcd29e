import * as pulumi from "@pulumi/pulumi";
import { SECRETS_KEY } from "./schema";

/**
 * The settings of the running stack, keys without the project's prefix, secrets left out. The program and the policy packs read the same
 * ones: the engine starts both with them.
 */
export function stackSettings(): Readonly<Record<string, unknown>> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix) && key !== prefix + SECRETS_KEY)
      .map(([key, value]) => [key.slice(prefix.length), parsed(value)]),
  );
}

/** Objects travel as JSON, single words as they are. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
