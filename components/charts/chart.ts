import type { V1Toleration } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import type { Workload } from "../workloads/workload";

/** One installation of a chart: its name, its namespace, and the values that a site gives it, without secret values. */
export interface Release<Values> {
  readonly name: string;
  readonly namespace: string;
  readonly values: Values;
}

/** A dotted key of values, with `*` for any one step and `**` at the end for everything below. */
export type Configuration = string | ConfigurationOnly;

/** A key whose values decide nothing as long as they are of one form. */
export interface ConfigurationOnly {
  readonly key: string;
  /** What the value, as text, must match. */
  readonly only: RegExp;
}

/** Where values of a chart take tolerations, and for which hosts its pods there are: those with a use, or every host. */
export interface TolerationsValue {
  /** Dotted key of the list. */
  readonly key: string;
  readonly hosts: "services" | "users" | "all";
  /** The chart's own list, which a given one replaces; empty unless given. */
  readonly own?: readonly V1Toleration[];
}

/**
 * Description of a third-party chart: its repository, the API groups that it defines, and the workloads that it runs. Capacity, quotas,
 * policies and the sandbox all read {@link Chart.workloads}; none of them renders a chart.
 */
export interface Chart<Values> {
  /** Name in the repository, e.g. `cert-manager`. */
  readonly name: string;
  /** `https://` repository or `oci://` registry path without the chart's own name. */
  readonly repository: string;
  /** Exact version, as the repository spells it. */
  readonly version: string;
  /**
   * First and last minor version of Kubernetes, e.g. `1.31`, on which this version of the chart runs according to its maintainers; undefined
   * if they state none.
   */
  readonly kubernetes?: { readonly from: string; readonly to?: string };
  /** API groups whose custom resource definitions this chart installs. */
  readonly crdGroups: readonly string[];
  /** Workloads of an installation, with replicas, requests, limits, placement, claims, load balancers and disruption budgets. Pure. */
  workloads(release: Release<Values>): readonly Workload[];
  /** Every list of tolerations among the values; undefined if the chart gives its pods none. */
  readonly tolerations: readonly TolerationsValue[] | undefined;
  /**
   * Values that the chart hands to its programs and that decide nothing of what its pods may do. Every other value must change what this description tells of
   * pods and network policies, or a release that has it cannot be judged.
   */
  readonly configuration: readonly Configuration[];
  /** Those of the values that are credentials, in the form of {@link Configuration}; none where the facility passes none. */
  readonly secretValues?: readonly string[];
  /**
   * Templates of the pods that programs of the chart start by themselves, such as servers of users; none where they start none. They are judged for what they
   * may do. How many there are is counted by rules that know the site. Pure.
   */
  startedPods?(release: Release<Values>): readonly Manifest[];
  /** NetworkPolicies of an installation; none where the chart brings none. Policies add up, so a rule about who reaches whom reads these too. Pure. */
  networkPolicies?(release: Release<Values>): readonly Manifest[];
  /**
   * Workloads that the operator in this chart makes of a custom resource; none for a kind that the operator does not own. Pure.
   * @param siblings the objects beside it, some of which the operator reads too.
   */
  operands?(resource: Manifest, siblings: readonly Manifest[]): readonly Workload[];
}

/** NetworkPolicies of a namespace, of their specs by name. */
export function networkPolicies(namespace: string, specs: Readonly<Record<string, object>>): readonly Manifest[] {
  return Object.entries(specs).map(([name, spec]) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec,
  }));
}

/** Lists of tolerations of pods that are for hosts of services. */
export function ofServices(...keys: readonly string[]): readonly TolerationsValue[] {
  return keys.map((key) => ({ key, hosts: "services" }));
}

/** How most charts name what they make: by the release, followed by the chart unless the release has its name already. */
export function fullName(release: string, chart: string): string {
  return release.includes(chart) ? release : `${release}-${chart}`;
}
