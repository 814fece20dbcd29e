/** A value at the end of a path: a scalar, or an empty list or object. */
export interface WrittenLeaf {
  /** Without indexes: `spec.ports[].name`. */
  readonly path: string;
  readonly value: unknown;
}

/** The value as an object; an empty one if it is none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Every leaf of a tree. */
export function leavesUnder(value: unknown, path = ""): readonly WrittenLeaf[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((element) => leavesUnder(element, `${path}[]`));
  const entries = Object.entries(asRecord(value));
  if (entries.length > 0) return entries.flatMap(([key, inner]) => leavesUnder(inner, path === "" ? key : `${path}.${key}`));
  return [{ path, value }];
}

/**
 * Tells the values that read as nothing: null always, and in a type of Kubernetes itself also what Go calls empty.
 * @param builtIn whether the object is of such a type.
 */
export function emptiesIn(builtIn: boolean): (leaf: WrittenLeaf) => boolean {
  return ({ path, value }) =>
    value === null ||
    (builtIn &&
      // The core group of the API has no name.
      !path.endsWith("apiGroups[]") &&
      (value === false || value === 0 || value === "" || (typeof value === "object" && Object.keys(value).length === 0)));
}

/** The engine's mark of a secret value (sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The tree with secret values in clear. */
export function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  const entries = asRecord(value);
  if (SIGNATURE in entries) return inClear(entries["value"]);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(entries).map(([key, inner]) => [key, inClear(inner)]))
    : value;
}
