import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * The values that engine, program and plugins exchange: JSON, plus secrets and values that are not known yet.
 *
 * On the wire a secret or an output is an object with a marker key, and an unknown is a reserved string:
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go. Assets, archives and references keep the form that
 * they have on the wire, so they pass through unchanged.
 */
export type PropertyValue = null | boolean | number | string | Secret | Unknown | OutputValue | readonly PropertyValue[] | PropertyMap;
/** Values by name; one that is undefined is not sent. */
export interface PropertyMap {
  readonly [key: string]: PropertyValue | undefined;
}

/** JSON without marks: what a Kubernetes object or a certificate request is made of. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** JSON values by name. */
export interface JsonObject {
  [key: string]: Json;
}

/** A value that must be encrypted in the state and hidden in every output. */
export class Secret {
  constructor(readonly value: PropertyValue) {}
}

/** A value that is known only after something has been created; `token` is the reserved string that the engine sent. */
export class Unknown {
  constructor(readonly token: string = UNKNOWN_STRING) {}
}

/**
 * An output with its dependencies, which only plugins that ask for outputs get; it is kept whole, so that it can be returned as it came.
 */
export class OutputValue {
  constructor(
    readonly value: PropertyValue | undefined,
    readonly secret: boolean,
    readonly dependencies: readonly string[],
  ) {}
}

const MARKER_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_MARKER = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_MARKER = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_TOKENS: ReadonlySet<string> = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Reads what the engine sent; an absent struct is an empty map. */
export function fromStruct(struct: Struct | undefined): PropertyMap {
  return struct === undefined ? {} : (decode(struct.toJavaScript()) as PropertyMap);
}

/** Writes what the engine is to get; keys whose value is `undefined` are left out. */
export function toStruct(map: PropertyMap): Struct {
  return Struct.fromJavaScript(encode(map) as JsonObject);
}

/** True for values by name; a secret, an unknown and an output are none. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret || value instanceof Unknown || value instanceof OutputValue)
  );
}

/** True if an unknown is anywhere inside. */
export function hasUnknown(value: PropertyValue | undefined): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (value instanceof OutputValue) return value.value === undefined || hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}

/** True if a secret is anywhere inside. */
export function hasSecret(value: PropertyValue | undefined): boolean {
  if (value instanceof Secret) return true;
  if (value instanceof OutputValue) return value.secret || hasSecret(value.value);
  if (Array.isArray(value)) return value.some(hasSecret);
  return isMap(value) && Object.values(value).some(hasSecret);
}

/**
 * The value without marks. Secrets lose their mark, so the result must not reach a log. Unknowns become their wire string: ask `hasUnknown`
 * first where that matters. Entries that are `null` or `undefined` are dropped, as the official plugins do.
 */
export function plain(value: PropertyMap): JsonObject;
export function plain(value: PropertyValue | undefined): Json;
export function plain(value: PropertyValue | undefined): Json {
  if (value === undefined || value === null) return null;
  if (value instanceof Secret) return plain(value.value);
  if (value instanceof Unknown) return value.token;
  if (value instanceof OutputValue) return value.value === undefined ? UNKNOWN_STRING : plain(value.value);
  if (Array.isArray(value)) return value.map((item: PropertyValue) => plain(item));
  if (!isMap(value)) return value as Json;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const bare = plain(item);
    if (bare !== null) result[key] = bare;
  }
  return result;
}

/** A scalar as text; empty text for everything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}

function decode(value: Json): PropertyValue {
  if (typeof value === "string") return UNKNOWN_TOKENS.has(value) ? new Unknown(value) : value;
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  switch (value[MARKER_KEY]) {
    case SECRET_MARKER:
      return new Secret(decode(value["value"] ?? null));
    case OUTPUT_MARKER:
      return new OutputValue(
        value["value"] === undefined ? undefined : decode(value["value"]),
        value["secret"] === true,
        Array.isArray(value["dependencies"]) ? value["dependencies"].map(String) : [],
      );
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
  }
}

function encode(value: PropertyValue): Json {
  if (value instanceof Unknown) return value.token;
  if (value instanceof Secret) return { [MARKER_KEY]: SECRET_MARKER, value: encode(value.value) };
  if (value instanceof OutputValue) {
    const output: JsonObject = { [MARKER_KEY]: OUTPUT_MARKER, secret: value.secret, dependencies: [...value.dependencies] };
    if (value.value !== undefined) output["value"] = encode(value.value);
    return output;
  }
  if (Array.isArray(value)) return value.map((item: PropertyValue) => encode(item));
  if (!isMap(value)) return value as Json;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) result[key] = encode(item);
  return result;
}
