import type { ClusterObject } from "../cluster/client";
import { withCondition, type World } from "../cluster/world";
import type { Action } from "./reconciler";

/** What an operator does about one kind of its custom resources, besides making the pods that its chart's `operands` describe. */
export interface Behaviour {
  /** A finalizer that only the operator removes, so that the resource cannot be deleted without the operator. */
  readonly finalizer?: string;
  /** Other resources that must be deleted first. */
  dependents?(world: World, resource: ClusterObject): readonly string[];
  /** What is missing for the operator to begin. */
  needs?(world: World, resource: ClusterObject): readonly string[];
  /** Objects that it makes besides pods. */
  products?(world: World, resource: ClusterObject): readonly Action[];
  /** The status that the operator writes: while something in `lacking` is missing or does not run yet, and once it is empty. */
  status(resource: ClusterObject, lacking: readonly string[]): Readonly<Record<string, unknown>>;
}

/** Behaviour of a kind that shows its state by the condition Ready. */
export const readyCondition: Behaviour = {
  status: (resource, lacking) => ({
    observedGeneration: resource.metadata.generation ?? 1,
    conditions:
      lacking.length === 0
        ? withCondition(resource, "Ready", "True", "StandIn", `stand-in: no controller has worked on this ${resource.kind}`)
        : withCondition(resource, "Ready", "False", "Waiting", lacking.join("; ")),
  }),
};
