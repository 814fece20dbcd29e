import { millicores } from "../../capacity/quantity";
import type { Field } from "./field";
import type { KubernetesObject } from "./objects";
import { limitedResources, type ResourceNames } from "./resource-names";

/** The fields of a LimitRange item that bound amounts. */
const FIELDS = ["min", "max", "maxLimitRequestRatio"] as const;
type BoundField = (typeof FIELDS)[number];

/** What an item of a LimitRange bounds. */
export type BoundedType = "Container" | "Pod" | "PersistentVolumeClaim";

/** A bound of a resource, and where it is written. */
export interface Bound {
  readonly resource: string;
  readonly field: Field;
  /** In thousandths of the unit of the resource; of a ratio in thousandths. */
  readonly amount: bigint;
}

/** Of each resource the tightest of the bounds on one type: whatever keeps these keeps all. */
export interface Bounds extends Readonly<Record<BoundField, readonly Bound[]>> {
  readonly type: BoundedType;
  /** Why some of the bounds cannot be read; what is bounded by them then cannot be judged. */
  readonly unreadable: Error | undefined;
}

/**
 * A quantity in thousandths of its unit, rounded up: the precision in which LimitRanger compares (requestLimitEnforcedValues in
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/plugin/pkg/admission/limitranger/admission.go).
 */
export function thousandths(_resource: string, quantity: string): bigint {
  return millicores(quantity);
}

/**
 * The tightest bounds of these LimitRanges, so that a pod is compared with as many bounds as there are resources, however many LimitRanges its namespace has.
 * It does not throw: who compares with {@link Bounds} finds there what cannot be read.
 */
export function tightestBounds(ranges: readonly KubernetesObject[]): (type: BoundedType) => Bounds {
  const found = new Map<string, Map<string, Bound>>();
  const unreadable = new Map<string | undefined, Error>();
  const attempt = (type: string | undefined, read: () => void) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!unreadable.has(type)) unreadable.set(type, error);
    }
  };
  // An item whose type cannot be read may bound anything.
  for (const { root } of ranges)
    attempt(undefined, () => {
      for (const item of root.at("spec", "limits").items()) {
        const type = item.at("type").text() ?? "";
        for (const name of FIELDS)
          attempt(type, () => {
            for (const bound of boundsIn(item.at(name), limitedResources(type))) tighten(found, `${type} ${name}`, bound, name);
          });
      }
    });
  const boundsOf = (type: BoundedType, name: BoundField) => [...(found.get(`${type} ${name}`)?.values() ?? [])];
  return (type) => ({
    type,
    min: boundsOf(type, "min"),
    max: boundsOf(type, "max"),
    maxLimitRequestRatio: boundsOf(type, "maxLimitRequestRatio"),
    unreadable: unreadable.get(undefined) ?? unreadable.get(type),
  });
}

function boundsIn(list: Field, names: ResourceNames): readonly Bound[] {
  list.quantities(names);
  return list.entries().map(([resource, field]) => ({ resource, field, amount: thousandths(resource, field.quantity() ?? "0") }));
}

function tighten(found: Map<string, Map<string, Bound>>, key: string, bound: Bound, name: BoundField): void {
  const bounds = found.get(key) ?? new Map<string, Bound>();
  found.set(key, bounds);
  const before = bounds.get(bound.resource);
  if (!before || (name === "min" ? bound.amount > before.amount : bound.amount < before.amount)) bounds.set(bound.resource, bound);
}
