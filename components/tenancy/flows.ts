import type { Role } from "./roles";

/**
 * Who may talk to whom, by TCP port. Each concern tells its own flows beside what it runs, with every port from the setting or the
 * upstream constant that decides it. Whatever no flow names is denied in both directions; DNS and talk within a namespace are always allowed.
 */
export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  /** Ports of the pods or hosts that are talked to, never those of a Service before them; none means every port. */
  readonly ports: readonly (number | PortRange)[];
}

/** First and last port. */
export type PortRange = readonly [first: number, last: number];

/** One end of a flow. */
export type Peer = Role | typeof USERS | PodsOfRole | "anywhere" | "internet" | "api-server" | "router" | HostsOfSite | NamedHosts;

/**
 * User servers. They lie in the hub's namespace, and the hub's chart guards them by network policies of its own: flows from and to them
 * become values of that chart.
 */
export const USERS = "users";

/** Some pods of a namespace: those of an operator, say, whose namespace holds more. */
export interface PodsOfRole {
  readonly kind: "pods";
  readonly role: Role;
  /** Labels that exactly these pods have. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The machines of the cluster. No site file has their addresses, so a policy lets the ports through to any address: the flow says whom it
 * means.
 */
export interface HostsOfSite {
  readonly kind: "hosts";
}

/** Machines outside of the cluster whose addresses the site file has. */
export interface NamedHosts {
  readonly kind: "outside";
  /** For people. */
  readonly name: string;
  /** IPv4 addresses. */
  readonly addresses: readonly string[];
}

/** Ports of all flows between two ends that a test accepts, each once, in ascending order; ranges by their first port. */
export function portsOf(flows: readonly Flow[]): Flow["ports"] {
  const all = new Map(flows.flatMap(({ ports }) => ports.map((port) => [String(port), port] as const)));
  return [...all.values()].sort((a, b) => firstOf(a) - firstOf(b));
}

function firstOf(port: number | PortRange): number {
  return typeof port === "number" ? port : port[0];
}

/** A port as network policies spell it. */
export function networkPort(port: number | PortRange): { readonly protocol: "TCP"; readonly port: number; readonly endPort?: number } {
  if (typeof port === "number") return { protocol: "TCP", port };
  const [first, last] = port;
  return { protocol: "TCP", port: first, endPort: last };
}
