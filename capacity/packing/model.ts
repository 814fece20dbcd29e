import type { LabelledHost, NodeSelectorTerm, PodPlacement, Requirement } from "../placement";
import type { Amounts } from "../requests";

/** Which pods of a namespace are meant. Without a selector none are, with an empty one all. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Requirement[];
}

/** One required term of pod affinity or anti-affinity. */
export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly topologyKey: string;
  /** Those that the term names, its namespaceSelector resolved; without them the pod's own. */
  readonly namespaces?: readonly string[];
}

/** A topology spread constraint; defaults are those of the API server. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: "Honor" | "Ignore";
  readonly nodeTaintsPolicy?: "Honor" | "Ignore";
}

export interface HostPort {
  readonly port: number;
  /** TCP if not said. */
  readonly protocol?: string;
  /** Every address of the host if not said. */
  readonly ip?: string;
}

/** Identical pods of one workload that are to be placed. */
export interface PackPod {
  readonly namespace: string;
  /** Of the workload: `hub`, `osd-3`, `users`. */
  readonly name: string;
  readonly count: number;
  /** Effective requests of one pod (see `podAmounts`). The pod itself counts as one of `pods` without being said. */
  readonly requests: Amounts;
  readonly labels?: Readonly<Record<string, string>>;
  readonly placement?: PodPlacement;
  /** Node affinity of each volume that is bound already. */
  readonly volumes?: readonly (readonly NodeSelectorTerm[])[];
  readonly hostPorts?: readonly HostPort[];
  readonly affinity?: readonly PodAffinityTerm[];
  readonly antiAffinity?: readonly PodAffinityTerm[];
  readonly spread?: readonly SpreadConstraint[];
  /** 0 if not said. */
  readonly priority?: number;
  readonly preemptionPolicy?: "PreemptLowerPriority" | "Never";
}

/** A host that pods are placed on. */
export interface PackHost extends LabelledHost {
  /** What pods may ask for, `pods` (the kubelet's maxPods) among it. A resource that is not named is not there. */
  readonly allocatable: Amounts;
  /** Pods that are there whatever happens, those of DaemonSets above all: each entry `count` times. They take of `allocatable`. */
  readonly standing?: readonly PackPod[];
}

/** Pods of one workload on one host. */
export interface PlacedPods {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly count: number;
}

/** `namespace/name` of a workload. */
export function workloadId({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
