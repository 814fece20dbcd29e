import { isMap, OutputValue, Secret, Unknown, type PropertyMap, type PropertyValue } from "./properties";
import type { DiffKind } from "./provider";

/** Property keys and list positions from the root. */
export type PropertyPath = readonly (string | number)[];
/** True for two plain values that are written differently and mean the same. */
export type SameMeaning = (path: PropertyPath, before: PropertyValue, after: PropertyValue) => boolean;

/**
 * What differs between old and new inputs, value by value: maps by key, lists by position. A mark as secret is no difference, and an
 * unknown value differs from everything, because it may turn out to.
 * @param replaces true for a path at which a change forces a replacement.
 * @param same true for two values that mean the same.
 */
export function detailedDiff(
  before: PropertyMap,
  after: PropertyMap,
  replaces: (path: PropertyPath) => boolean,
  same: SameMeaning = () => false,
): Map<string, DiffKind> {
  const changes = new Map<string, DiffKind>();
  const record = (path: PropertyPath, kind: "add" | "delete" | "update"): void => {
    changes.set(formatPath(path), replaces(path) ? `${kind}-replace` : kind);
  };
  const compare = (path: PropertyPath, oldValue: PropertyValue | undefined, newValue: PropertyValue | undefined): void => {
    const [from, to] = [unwrap(oldValue), unwrap(newValue)];
    if (from === undefined && to === undefined) return;
    if (from === undefined) return record(path, "add");
    if (to === undefined) return record(path, "delete");
    if (isMap(from) && isMap(to)) {
      for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) compare([...path, key], from[key], to[key]);
    } else if (Array.isArray(from) && Array.isArray(to)) {
      for (let index = 0; index < Math.max(from.length, to.length); index++) {
        compare([...path, index], from[index] as PropertyValue | undefined, to[index] as PropertyValue | undefined);
      }
    } else if (to instanceof Unknown || (from !== to && !same(path, from, to))) {
      record(path, "update");
    }
  };
  compare([], before, after);
  return changes;
}

/** The path as the engine writes it: `metadata.annotations["pulumi.com/skipAwait"]`, `spec.ports[0].port`. */
export function formatPath(path: PropertyPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (/[."[\]]/.test(part)) return `${text}["${part.replaceAll('"', '\\"')}"]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** Takes apart what `formatPath` writes, and what users write in `ignoreChanges`. */
export function parsePath(text: string): PropertyPath {
  const parts: (string | number)[] = [];
  for (const match of text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)) {
    const [, quoted, index, name] = match;
    if (quoted !== undefined) parts.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) parts.push(index === "*" ? index : Number(index));
    else if (name !== undefined) parts.push(name);
  }
  return parts;
}

/** A value without its marks: a missing value, `null`, and a secret without a value are the same for a diff. */
function unwrap(value: PropertyValue | undefined): PropertyValue | undefined {
  if (value instanceof Secret) return unwrap(value.value);
  if (value instanceof OutputValue) return value.value === undefined ? new Unknown() : unwrap(value.value);
  return value ?? undefined;
}
