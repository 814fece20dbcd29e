import { labelOf } from "../labels";
import { memoize } from "../memoize";
import { selects, toleratesTaintsOf } from "../placement";
import type { HostPort, PackHost, PackPod, PodAffinityTerm } from "./model";
import { grouped } from "./grouped";
import { byCodeUnits, REASON } from "./reasons";
import { isEmpty, selectsLabels, termMeans } from "./selectors";
import type { Topology } from "./topologies";

/** A kind of pods that keeps a class out of every host of their domain. */
export interface Repulsion {
  readonly kind: number;
  /** Index of the topology. */
  readonly topology: number;
  readonly reason: typeof REASON.ports | typeof REASON.antiAffinity | typeof REASON.standingAntiAffinity;
}

/** A spread constraint with the hosts and kinds that it counts. */
export interface Spread {
  /** Index of the topology. */
  readonly topology: number;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Whether a further pod counts itself. */
  readonly self: boolean;
  /** By kind: whether its pods are counted. */
  readonly counts: readonly boolean[];
  /** By host: the domain that it counts for, or -1. */
  readonly countedIn: readonly number[];
  /** Domains that hold at least one counted host. */
  readonly domains: readonly number[];
}

/** Required affinity: all terms at once. */
export interface Affinity {
  /** Index of each term's topology. */
  readonly topologies: readonly number[];
  /** By kind: whether its pods satisfy every term. */
  readonly satisfiedBy: readonly boolean[];
  /** Whether the pod satisfies its own terms, and so may be the first of its group. */
  readonly self: boolean;
}

const NONE: readonly number[] = [];

/** What repels each pod: kinds with the same host port, kinds that its own anti-affinity means, and kinds whose anti-affinity means it. */
export function repulsionsOf(
  pods: readonly PackPod[],
  kinds: readonly PackPod[],
  topologies: readonly Topology[],
): readonly (readonly Repulsion[])[] {
  const terms = (owner: PackPod, other: PackPod) =>
    owner.antiAffinity?.filter((term) => termMeans(term, owner, other)).map((term) => topologyIndex(term, topologies)) ?? NONE;
  const repels = ({ hostPorts, antiAffinity }: PackPod) => (hostPorts?.length ?? 0) + (antiAffinity?.length ?? 0) !== 0;
  const all = kinds.map((other, kind) => ({ other, kind }));
  // Most pods repel none, and concern those that do alone.
  const repelling = all.filter(({ other }) => repels(other));
  return pods.map((pod) => {
    const found: Repulsion[] = [];
    for (const { other, kind } of repels(pod) ? all : repelling) {
      if (clash(pod, other)) found.push({ kind, topology: 0, reason: REASON.ports });
      for (const topology of terms(pod, other)) found.push({ kind, topology, reason: REASON.antiAffinity });
      for (const topology of terms(other, pod)) found.push({ kind, topology, reason: REASON.standingAntiAffinity });
    }
    return found;
  });
}

/** The spread constraints that may keep the pod from a host; those that are only preferred are left out. */
export function spreadsOf(
  pod: PackPod,
  kinds: readonly PackPod[],
  hosts: readonly PackHost[],
  topologies: readonly Topology[],
): readonly Spread[] {
  const constraints = (pod.spread ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
  return constraints.map(
    ({ maxSkew, topologyKey, labelSelector, minDomains = 1, nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" }) => {
      const topology = topologyIndex({ topologyKey }, topologies);
      const countedIn = hosts.map((host, index) => {
        const counted =
          constraints.every((constraint) => labelOf(host.labels, constraint.topologyKey) !== undefined) &&
          (nodeAffinityPolicy === "Ignore" || selects(pod.placement ?? {}, host)) &&
          (nodeTaintsPolicy === "Ignore" || toleratesTaintsOf(pod.placement ?? {}, host));
        return counted ? (topologies[topology]?.domainOf[index] ?? -1) : -1;
      });
      const counts = (other: PackPod) =>
        labelSelector !== undefined &&
        !isEmpty(labelSelector) &&
        other.namespace === pod.namespace &&
        selectsLabels(labelSelector, other.labels);
      return {
        topology,
        maxSkew,
        minDomains,
        self: selectsLabels(labelSelector, pod.labels),
        counts: kinds.map(counts),
        countedIn,
        domains: [...new Set(countedIn)].filter((domain) => domain >= 0),
      };
    },
  );
}

/** The required affinity of a pod; undefined if it has none. */
export function affinityOf(pod: PackPod, kinds: readonly PackPod[], topologies: readonly Topology[]): Affinity | undefined {
  const terms = pod.affinity ?? [];
  if (terms.length === 0) return undefined;
  const satisfies = (other: PackPod) => terms.every((term) => termMeans(term, pod, other));
  return { topologies: terms.map((term) => topologyIndex(term, topologies)), satisfiedBy: kinds.map(satisfies), self: satisfies(pod) };
}

/** Workloads by class. The pods of a class can stand for one another: they ask for the same, may run on the same hosts, and no constraint tells them apart. */
export function interchangeable(pods: readonly PackPod[], standing: readonly PackPod[]): readonly (readonly PackPod[])[] {
  const isSelecting = ({ affinity = [], antiAffinity = [], spread = [] }: Pick<PackPod, "affinity" | "antiAffinity" | "spread">) =>
    affinity.length + antiAffinity.length + spread.length > 0;
  const selectors = [...new Map([...pods, ...standing].flatMap((owner) => [...selectorsOf(owner)])).values()];
  // A term selects in the namespace of its owner, and an owner may be selected by its own labels, so pods that select are alike only if they share both.
  const placeOf = (pod: PackPod) => (isSelecting(pod) ? `${pod.namespace} ${labelsOf(pod)} ` : "");
  const keyOf = (pod: PackPod) => `${placeOf(pod)}${ownKeyOf(pod)}${selectors.map((selects) => (selects(pod) ? "1" : "0")).join("")}`;
  return [
    ...grouped(
      pods.filter(({ count }) => count > 0),
      keyOf,
    ).values(),
  ];
}

/** What a pod itself asks for and where it may run, as one text. A proof is often asked for again with most of its pods unchanged. */
const ownKeyOf = memoize(({ name: _, count: __, labels: ___, requests, ...pod }: PackPod): string => {
  const amounts = Object.entries(requests).map(([resource, amount]) => `${resource}=${amount}`);
  return JSON.stringify([{ ...pod, namespace: "" }, amounts.sort(byCodeUnits)]);
});

const labelsOf = memoize(({ labels = {} }: PackPod): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => byCodeUnits(a, b))),
);

/** Each term and constraint of the owner: whether it means a pod, by a text that is the same for what means the same pods. */
const selectorsOf = memoize((owner: PackPod): ReadonlyMap<string, Selecting> => {
  const { namespace, affinity = [], antiAffinity = [], spread = [] } = owner;
  return new Map([
    ...[...affinity, ...antiAffinity].map((term): [string, Selecting] => [
      `term ${namespace} ${JSON.stringify([term.labelSelector, term.namespaces])}`,
      (pod) => termMeans(term, owner, pod),
    ]),
    ...spread.map(({ labelSelector }): [string, Selecting] => [
      `spread ${namespace} ${JSON.stringify(labelSelector)}`,
      (pod) => namespace === pod.namespace && selectsLabels(labelSelector, pod.labels),
    ]),
  ]);
});

type Selecting = (pod: Pick<PackPod, "namespace" | "labels">) => boolean;

function topologyIndex({ topologyKey }: Pick<PodAffinityTerm, "topologyKey">, topologies: readonly Topology[]): number {
  return topologies.findIndex(({ key }) => key === topologyKey);
}

function clash(a: PackPod, b: PackPod): boolean {
  return a.hostPorts?.some((one) => b.hostPorts?.some((other) => samePort(one, other))) ?? false;
}

function samePort(a: HostPort, b: HostPort): boolean {
  const everywhere = "0.0.0.0";
  const [ip, otherIp] = [a.ip || everywhere, b.ip || everywhere];
  return (
    a.port === b.port && (a.protocol ?? "TCP") === (b.protocol ?? "TCP") && (ip === otherIp || ip === everywhere || otherIp === everywhere)
  );
}
