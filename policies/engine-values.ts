import { UNKNOWN } from "./model/field";

/**
 * Marks that the engine writes in place of values that are not known yet, one for each type. They are part of its wire format and do not change
 * (https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/proxy.ts); a test compares them with those of the SDK.
 */
export const UNKNOWN_MARKS: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
/** Key of an object that the engine writes in place of a special value (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts). */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** Value of {@link SIGNATURE_KEY} for a secret. */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** Written in place of every secret: by the engine in an exported state, and by this project in all that it writes. */
export const HIDDEN = "[secret]";
/** Written by this project in place of a value that is not known before `up`. */
export const NOT_KNOWN = "[unknown]";

/** The property by which a proxy of the policy SDK gives the object behind it. */
const BEHIND_PROXY = "__getSpecialProxyTarget";

/**
 * Turns values from the engine into plain values, with {@link UNKNOWN} where a value is not known. Secrets become their values, as the engine gives them to
 * policies, so no message may repeat a value.
 */
export function plain(value: unknown): unknown {
  if (UNKNOWN_MARKS.has(value) || value === HIDDEN || value === NOT_KNOWN) return UNKNOWN;
  if (typeof value !== "object" || value === null) return value;
  const target = behindProxy(value);
  if (Array.isArray(target)) return target.map(plain);
  const fields = target as Readonly<Record<string, unknown>>;
  if (fields[SIGNATURE_KEY] === SECRET_SIGNATURE) return plain(fields["value"]);
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, plain(field)]));
}

/** The object behind a proxy of the policy SDK, which makes another proxy of it for each policy; what is no proxy is given back. */
export function behindProxy(value: object): object {
  return (Reflect.get(value, BEHIND_PROXY) as object | undefined) ?? value;
}
