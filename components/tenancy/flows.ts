import type { Role } from "./roles";

/**
 * Permission for one peer to connect to another on some TCP ports. Each concern lists its own flows beside what it runs, and takes each
 * port from the setting or the upstream constant that decides it. Policies deny every connection that no flow names, in both directions;
 * DNS and connections within a namespace are always allowed.
 */
export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  /** TCP ports of the pods or hosts that are connected to, never those of a Service in front of them. An empty list means every port. */
  readonly ports: readonly (number | PortRange)[];
}

/** First and last TCP port of a range. */
export type PortRange = readonly [first: number, last: number];

/** One end of a flow. */
export type Peer = Role | typeof USER_SERVERS | PodsOfRole | "anywhere" | "internet" | "api-server" | "router" | HostsOfPools | NamedHosts;

/**
 * The user servers. They run in the hub's namespace, and the hub's chart guards them with network policies of its own: flows from and to
 * them become values of that chart.
 */
export const USER_SERVERS = "users";

/** Some pods of a namespace, e.g. those of an operator whose namespace holds other pods too. */
export interface PodsOfRole {
  readonly kind: "pods";
  readonly role: Role;
  /** Labels that exactly these pods have. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The hosts of some pools: what listens there uses the host's own network. No site file has the addresses of its hosts, so a policy lets the
 * ports through to any address; the flow says whom it means.
 */
export interface HostsOfPools {
  readonly kind: "hosts";
  /** Names of the pools, as `af:nodes` has them. */
  readonly pools: readonly string[];
}

/** Machines outside the cluster whose addresses the site file lists. */
export interface NamedHosts {
  readonly kind: "outside";
  /** What they are, for people. */
  readonly name: string;
  /** IPv4 addresses. */
  readonly addresses: readonly string[];
}

/** TCP ports of all given flows, each once, in ascending order; a range is ordered by its first port. */
export function portsOf(flows: readonly Flow[]): Flow["ports"] {
  const all = new Map(flows.flatMap(({ ports }) => ports.map((port) => [String(port), port] as const)));
  return [...all.values()].sort((a, b) => firstOf(a) - firstOf(b));
}

function firstOf(port: number | PortRange): number {
  return typeof port === "number" ? port : port[0];
}

/** A TCP port or a range of ports in the form of a NetworkPolicy. */
export function networkPort(port: number | PortRange): { readonly protocol: "TCP"; readonly port: number; readonly endPort?: number } {
  if (typeof port === "number") return { protocol: "TCP", port };
  const [first, last] = port;
  return { protocol: "TCP", port: first, endPort: last };
}
