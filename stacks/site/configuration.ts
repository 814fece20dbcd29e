import * as pulumi from "@pulumi/pulumi";
import { SECRETS_KEY } from "./schema";

/**
 * The settings of the running stack, without secrets; keys have no project prefix. The engine starts the program and the policy packs with
 * the same configuration, so both read the same settings.
 */
export function stackSettings(): Readonly<Record<string, unknown>> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix) && key !== prefix + SECRETS_KEY)
      .map(([key, value]) => [key.slice(prefix.length), parsed(value)]),
  );
}

/** The engine passes an object as JSON and a single text as it is. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
