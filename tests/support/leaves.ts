import { defaultOf, SITE_KEYS, type Key } from "#af/tools/site/keys";
import { spelt, valueAt } from "./site-config";

export type Path = readonly (string | number)[];

/** One decision that a site file can make: a scalar, one more element of a list, or the name of an entry of a map. */
export interface Leaf {
  readonly what: "value" | "element" | "name";
  /** Of the scalar, of the list, or of the entry. */
  readonly path: Path;
  /** The path with `*` for names of entries and places in lists, e.g. `nodes.*.hosts.*`; a list that grows ends in `.+`, an entry in `.name`. */
  readonly pattern: string;
  /** Of the scalar, of an element of the list, or of an entry of the map. */
  readonly key: Key;
  /** What the file says, or the default; undefined where both say nothing. */
  readonly value: unknown;
}

/**
 * Every leaf of a site's settings, those that the file leaves out among them. The word that chooses an option of a union is none: each kind is
 * a site of its own. Elements of one list are of one kind, so the first and the last stand for all.
 */
export function leavesOf(config: Readonly<Record<string, unknown>>): readonly Leaf[] {
  return walk(SITE_KEYS, config, [], "").filter(({ path }) => path[0] !== "secrets");
}

/** Objects that are maps in all but name: one key for each role of a namespace. */
const BY_ROLE = ["tenancy.names", "tenancy.pins"];

function walk(key: Key, given: unknown, path: Path, pattern: string): readonly Leaf[] {
  const value = given ?? (path.length > 0 ? defaultOf(key) : undefined);
  const { shape } = key;
  const below = (step: string) => (pattern === "" ? step : `${pattern}.${step}`);
  switch (shape.kind) {
    case "value":
      return [{ what: "value", path, pattern, key, value }];
    case "object":
      if (!isRecord(value)) return [];
      return [...shape.keys].flatMap(([name, inner]) =>
        walk(inner, value[name], [...path, name], below(BY_ROLE.includes(pattern) ? "*" : name)),
      );
    case "union": {
      if (!isRecord(value)) return [];
      const option = shape.options.get(String(value[shape.discriminator]));
      if (option === undefined) throw new Error(`${spelt(path)} is of no known kind`);
      return walk(option, value, path, pattern).filter(
        (leaf) => leaf.path.length !== path.length + 1 || leaf.path.at(-1) !== shape.discriminator,
      );
    }
    case "map":
      if (!isRecord(value)) return [];
      return Object.entries(value).flatMap(([name, inner]) => [
        { what: "name" as const, path: [...path, name], pattern: below("*.name"), key: shape.element, value: name },
        ...walk(shape.element, inner, [...path, name], below("*")),
      ]);
    case "list": {
      const elements = Array.isArray(value) ? (value as readonly unknown[]) : [];
      const ends = [...new Set([0, elements.length - 1])].filter((index) => index in elements);
      return [
        { what: "element", path, pattern: below("+"), key: shape.element, value: elements[0] },
        ...ends.flatMap((index) => walk(shape.element, elements[index], [...path, index], below("*"))),
      ];
    }
    default:
      return shape satisfies never;
  }
}

/** The same settings with another value at the leaf. */
export function withLeaf(config: Record<string, unknown>, { what, path }: Leaf, value: unknown): Record<string, unknown> {
  const copy = structuredClone(config);
  switch (what) {
    case "value":
      put(copy, path, value);
      return copy;
    case "element": {
      const elements = reach(copy, path);
      put(copy, path, [...(Array.isArray(elements) ? (elements as unknown[]) : []), value]);
      return copy;
    }
    case "name":
      return renamed(copy, path, String(value));
  }
}

/** What the file says at a path; undefined where it says nothing, on whatever level. */
export function reach(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? (Reflect.get(value, step) as unknown) : undefined), tree);
}

/** Sets a value, and makes the objects on the way to it that the file leaves out. */
function put(tree: Record<string, unknown>, path: Path, value: unknown): void {
  path.slice(0, -1).forEach((_, index) => {
    const at = path.slice(0, index + 1);
    if (reach(tree, at) === undefined) Reflect.set(valueAt(tree, at.slice(0, -1)) as object, at.at(-1) ?? "", {});
  });
  Reflect.set(valueAt(tree, path.slice(0, -1)) as object, path.at(-1) ?? "", value);
}

/** An entry under another name, in its old place; what refers to a pool of hosts by its name follows. */
function renamed(config: Record<string, unknown>, path: Path, name: string): Record<string, unknown> {
  const parent = path.slice(0, -1);
  const old = path.at(-1);
  const rename = (map: unknown) =>
    Object.fromEntries(Object.entries(map as object).map(([entry, inner]) => [entry === old ? name : entry, inner as unknown]));
  put(config, parent, rename(valueAt(config, parent)));
  if (spelt(parent) !== "af:nodes") return config;
  const devices = reach(config, ["storage", "devices"]);
  if (isObject(devices)) put(config, ["storage", "devices"], rename(devices));
  const uses: readonly Path[] = [
    ["skyhook", "pool"],
    ...(reach(config, ["hub", "profiles"]) as readonly unknown[]).map((_, index) => ["hub", "profiles", index, "fills", "pool"]),
  ];
  for (const use of uses) if (reach(config, use) === old) put(config, use, name);
  return config;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}
