import { HIDDEN, NOT_KNOWN, SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_MARKS } from "./engine-values";

/**
 * Gives the inputs of a resource as they may be shown: secrets are hidden, and unknown values are marked as such. Names of secret fields
 * stay, because they are no secret. The contents of a Secret are hidden even where the program did not mark them.
 * @param type Pulumi's type token.
 */
export function redactedInputs(type: string, inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const secret = /^kubernetes:core\/v1:Secret(Patch)?$/.test(type);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, shown(value, secret && (name === "data" || name === "stringData"))]),
  );
}

function shown(value: unknown, hidden: boolean): unknown {
  if (UNKNOWN_MARKS.has(value)) return NOT_KNOWN;
  if (Array.isArray(value)) return value.map((element) => shown(element, hidden));
  if (typeof value !== "object" || value === null) return hidden ? HIDDEN : value;
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields[SIGNATURE_KEY] === SECRET_SIGNATURE) return shown(fields["value"], true);
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, shown(field, hidden)]));
}
