import type { Manifest } from "../manifest";
import type { Workload } from "../workloads/workload";

/** One installation of a chart: its name, where it goes, and the values that a site gives it (secret values left out). */
export interface Release<Values> {
  readonly name: string;
  readonly namespace: string;
  readonly values: Values;
}

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
  /**
   * First and last minor version of Kubernetes that the maintainers say this version of the chart runs on, e.g. `1.31`; undefined where they
   * say nothing.
   */
  readonly kubernetes?: { readonly from: string; readonly to?: string };
  /** API groups whose custom resource definitions this chart installs. */
  readonly crdGroups: readonly string[];
  /** What runs with these values: replicas, requests, limits, placement, claims, load balancers, disruption budgets. Pure. */
  workloads(release: Release<Values>): readonly Workload[];
  /**
   * What the operator in this chart makes of a custom resource; nothing for a kind that it does not own. Pure.
   * @param siblings objects beside it, of which the operator reads some too.
   */
  operands?(resource: Manifest, siblings: readonly Manifest[]): readonly Workload[];
}
