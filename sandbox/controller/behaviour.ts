import type { ClusterObject } from "../cluster/client";
import { withCondition, type World } from "../cluster/world";
import type { Action, EventAction } from "./reconciler";

/** Fields of a status, by name. */
export type Status = Readonly<Record<string, unknown>>;

/** Why a resource cannot be deleted yet: the status and the event by which its operator says so. */
export interface Blocked {
  /** Left out where the operator writes none. */
  readonly status?: Status;
  /** Message of the event; left out where the operator only writes its log. */
  readonly failure?: string;
}

/** What an operator does about one kind of its custom resources, besides making the pods that its chart's `operands` describe. */
export interface Behaviour {
  /** A finalizer that only the operator removes, so that the resource cannot be deleted without the operator. */
  readonly finalizer?: string;
  /** Why the resource cannot be deleted yet; undefined if it can. */
  blocked?(world: World, resource: ClusterObject): Blocked | undefined;
  /** What is done before the finalizer is removed. */
  farewell?(world: World, resource: ClusterObject): readonly Action[];
  /** What is missing for the operator to begin. */
  needs?(world: World, resource: ClusterObject): readonly string[];
  /** Objects that it makes besides pods, and events. */
  products?(world: World, resource: ClusterObject): readonly Action[];
  /** Events that the operator writes when it changes the status to this one, and again and again while something is lacking. */
  events?(resource: ClusterObject, status: Status, lacking: readonly string[]): readonly EventAction[];
  /** True if the status is written before the products: it announces them. */
  readonly statusFirst?: boolean;
  /** The status that the operator writes: while something in `lacking` is missing or does not run yet, and once it is empty. */
  status(resource: ClusterObject, lacking: readonly string[], world: World): Status;
}

/** Behaviour of a kind whose operator is not known to the sandbox: it shows its state by the condition Ready. */
export const readyCondition: Behaviour = {
  status: (resource, lacking) => ({
    observedGeneration: resource.metadata.generation ?? 1,
    conditions:
      lacking.length === 0
        ? withCondition(resource, "Ready", "True", "StandIn", `stand-in: no controller has worked on this ${resource.kind}`)
        : withCondition(resource, "Ready", "False", "Waiting", lacking.join("; ")),
  }),
};
