import type { ClusterObject } from "../cluster/client";
import { withCondition, type World } from "../cluster/world";
import type { Action } from "./reconciler";

/** What an operator does about one kind of its custom resources, beyond making the pods that its chart's `operands` tell. */
export interface Behaviour {
  /** A finalizer that only the operator removes: without the operator the resource cannot be deleted. */
  readonly finalizer?: string;
  /** What of other resources must go before this one may. */
  dependents?(world: World, resource: ClusterObject): readonly string[];
  /** What must be there before the operator begins. */
  needs?(world: World, resource: ClusterObject): readonly string[];
  /** Objects that it makes besides pods. */
  products?(world: World, resource: ClusterObject): readonly Action[];
  /** The status that it writes while `lacking` (what is needed, or does not run yet) is not empty, and when it is. */
  status(resource: ClusterObject, lacking: readonly string[]): Readonly<Record<string, unknown>>;
}

/** A kind that tells its state by the condition Ready. */
export const readyCondition: Behaviour = {
  status: (resource, lacking) => ({
    observedGeneration: resource.metadata.generation ?? 1,
    conditions:
      lacking.length === 0
        ? withCondition(resource, "Ready", "True", "StandIn", `stand-in: no controller has worked on this ${resource.kind}`)
        : withCondition(resource, "Ready", "False", "Waiting", lacking.join("; ")),
  }),
};
