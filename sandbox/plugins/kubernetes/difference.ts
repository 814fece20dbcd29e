import { detailedDiff, type PropertyPath } from "../detailed-diff";
import { isMap, plain, type PropertyMap, type PropertyValue } from "../properties";
import type { DiffKind, DiffResult } from "../provider";
import { annotation, isSet } from "./annotations";
import { groupOf, nameOf, namespaceOf, textAt } from "./objects";
import { replacesAt, type Mutability } from "./replace-rules";

/** Fields of the metadata that only the server writes; a program that copies them from a live object means nothing by it. */
const serverFields: ReadonlySet<string> = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
]);

/** Keys under which Kubernetes keeps quantities, and so rewrites `1000m` as `1`. */
const quantityKeys: ReadonlySet<string> = new Set(
  "limits requests hard capacity allocatable max min default defaultRequest maxLimitRequestRatio overhead podFixed sizeLimit".split(" "),
);

/**
 * What changes between old and new inputs of an object, and whether it takes a new one. The old object has to go first when the new one has the same, given name.
 */
export function objectDifference(
  before: PropertyMap,
  after: PropertyMap,
  namespaced: boolean,
  isPatch: boolean,
  mutability: Mutability,
): DiffResult {
  const from = normalise(before, namespaced);
  const to = normalise(after, namespaced);
  const object = plain(to);
  const replaces = replacesAt(object, isPatch, mutability);
  const changes = new Map(detailedDiff(from, to, replaces, sameQuantity));
  const old = plain(from);
  if (changes.has("apiVersion") && groupOf(textAt(old, "apiVersion")) !== groupOf(textAt(object, "apiVersion"))) {
    changes.set("apiVersion", "update-replace");
  }
  const replaced = [...changes.values()].some((kind: DiffKind) => kind.endsWith("-replace"));
  return {
    changes,
    deleteBeforeReplace:
      replaced && !isSet(object, annotation.autonamed) && nameOf(old) === nameOf(object) && namespaceOf(old) === namespaceOf(object),
  };
}

/** Inputs in the form in which they are compared: every namespaced object has a namespace, no other has one. */
function normalise(inputs: PropertyMap, namespaced: boolean): PropertyMap {
  const { metadata, ...rest } = inputs;
  if (!isMap(metadata)) return inputs;
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => !serverFields.has(key) && key !== "namespace"));
  const namespace = metadata["namespace"] ?? "";
  return { ...rest, metadata: namespaced ? { ...own, namespace: namespace === "" ? "default" : namespace } : own };
}

/** `1000m` and `1` mean the same where a quantity stands; so do `2` and `"2"`. */
function sameQuantity(path: PropertyPath, before: PropertyValue, after: PropertyValue): boolean {
  if (!path.some((part) => typeof part === "string" && quantityKeys.has(part))) return false;
  const [from, to] = [quantity(before), quantity(after)];
  return from !== undefined && from === to;
}

// prettier-ignore
const suffixes: Readonly<Record<string, number>> = {
  "": 1, m: 1e-3, u: 1e-6, n: 1e-9, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/** The value of a Kubernetes quantity; `undefined` for anything else. */
export function quantity(value: PropertyValue): number | undefined {
  if (typeof value === "number") return value;
  const [, digits, suffix = ""] = typeof value === "string" ? (/^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(value) ?? []) : [];
  const factor = suffixes[suffix];
  if (digits === undefined || factor === undefined) return undefined;
  const number = Number(digits) * factor;
  // Powers of ten below one are not exact in binary: 0.1 and 100m must still meet.
  return Number.isNaN(number) ? undefined : Number(number.toPrecision(15));
}
