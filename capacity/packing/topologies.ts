import { labelOf } from "../labels";
import type { PackHost, PackPod } from "./model";

/** How one label divides the hosts into domains. */
export interface Topology {
  readonly key: string;
  /** Domain of each host, or -1 for one without the label. */
  readonly domainOf: readonly number[];
  /** Hosts of each domain. */
  readonly members: readonly (readonly number[])[];
}

/** The key of the topology in which each host is a domain by itself, with or without labels. */
const HOST = "";

/** All topologies: first the one in which each host is its own domain, then those that pods name. */
export function topologiesOf(hosts: readonly PackHost[], kinds: readonly PackPod[]): readonly Topology[] {
  const keys = kinds.flatMap(({ affinity = [], antiAffinity = [], spread = [] }) =>
    [...affinity, ...antiAffinity, ...spread].map(({ topologyKey }) => topologyKey),
  );
  return [HOST, ...[...new Set(keys)].sort()].map((key) => topologyOf(key, hosts));
}

/** True if no domain holds two hosts, so that a pod matters to its own host alone. */
export function isPerHost({ members }: Topology): boolean {
  return members.every((hosts) => hosts.length === 1);
}

/** Divides the hosts by a label. */
function topologyOf(key: string, hosts: readonly PackHost[]): Topology {
  const indexes = new Map<string, number>();
  const members: number[][] = [];
  const domainOf = hosts.map(({ name, labels }, host) => {
    const value = key === HOST ? name : labelOf(labels, key);
    if (value === undefined) return -1;
    const domain = indexes.get(value) ?? indexes.size;
    indexes.set(value, domain);
    (members[domain] ??= []).push(host);
    return domain;
  });
  return { key, domainOf, members };
}
