import type {
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1PersistentVolumeClaim,
  V1PodDisruptionBudget,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { type Manifest } from "../manifest";

/** One installation of a chart: its name, where it goes, and the values that a site gives it (secret values left out). */
export interface Release<Values> {
  readonly name: string;
  readonly namespace: string;
  readonly values: Values;
}

/** The kinds that cost a facility something, pods, volumes and addresses, and those that say when pods may leave a host. */
export type Workload = V1Deployment | V1StatefulSet | V1DaemonSet | V1Job | V1PersistentVolumeClaim | V1Service | V1PodDisruptionBudget;

/** API version and kind of each {@link Workload}. */
export const WORKLOAD_TYPES = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["batch/v1", "Job"],
  ["v1", "PersistentVolumeClaim"],
  ["v1", "Service"],
  ["policy/v1", "PodDisruptionBudget"],
] as const;

/**
 * A third-party chart, described once: where it comes from, which API groups it brings, and what runs when it is installed.
 * Capacity, quotas, policies and the sandbox all read {@link Chart.workloads}; none of them renders a chart.
 */
export interface Chart<Values> {
  /** Name in the repository, e.g. `cert-manager`. */
  readonly name: string;
  /** `https://` repository or `oci://` registry path without the chart's own name. */
  readonly repository: string;
  /** Exact version, as the repository spells it. */
  readonly version: string;
  /** API groups whose custom resource definitions this chart installs. */
  readonly crdGroups: readonly string[];
  /** What runs with these values: replicas, requests, limits, placement, claims, load balancers, disruption budgets. Pure. */
  workloads(release: Release<Values>): readonly Workload[];
  /** What the operator in this chart makes of a custom resource; nothing for a kind that it does not own. Pure. */
  operands?(resource: Manifest): readonly Workload[];
}
