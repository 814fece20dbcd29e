import type { LabelledHost, NodeSelectorTerm, PodPlacement, Requirement } from "../placement";
import type { Amounts } from "../requests";

/** Selects pods of a namespace by their labels. An absent selector selects none, an empty one all. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Requirement[];
}

/** One required term of pod affinity or anti-affinity. */
export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly topologyKey: string;
  /** Namespaces that the term names or selects; if absent, the pod's own. */
  readonly namespaces?: readonly string[];
}

/** A topology spread constraint. What is left out has the default of the API server. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: "Honor" | "Ignore";
  readonly nodeTaintsPolicy?: "Honor" | "Ignore";
}

/** A port that a container opens on its host: no two pods of a host may have the same. */
export interface HostPort {
  readonly port: number;
  /** TCP if not said. */
  readonly protocol?: string;
  /** Every address of the host if not said. */
  readonly ip?: string;
}

/** Equal pods of one workload that are to be placed. */
export interface PackPod {
  readonly namespace: string;
  /** Of the workload: `hub`, `osd-3`, `users`. */
  readonly name: string;
  readonly count: number;
  /** Effective requests of one pod, in millicores, bytes and counts (see `podAmounts`). That a pod takes one of `pods` goes without saying. */
  readonly requests: Amounts;
  readonly labels?: Readonly<Record<string, string>>;
  readonly placement?: PodPlacement;
  /** Required node affinity of each volume that exists already: the volume can be used on these hosts alone. */
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
  /** What pods may ask for, in millicores, bytes and counts; `pods` is the kubelet's maxPods. A resource that is not named is not there. */
  readonly allocatable: Amounts;
  /** Pods that are there whatever happens, above all those of DaemonSets: each entry `count` times. They take their share of `allocatable`. */
  readonly standing?: readonly PackPod[];
}

/** Pods of one workload on one host. */
export interface PlacedPods {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly count: number;
}

/** What tells a workload from all others: its `namespace/name`. */
export function workloadId({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
