import type { Role } from "./roles";

/**
 * Permission for one peer to connect to another. Each concern lists its own flows beside what it runs, and takes each port from the setting
 * or the upstream constant that decides it. Policies deny every connection that no flow names, in both directions and within a namespace
 * too; every pod may ask the DNS.
 */
export interface Flow {
  /** `anywhere` is every address, of pods too: for what the whole world may use. */
  readonly from: Peer | "anywhere";
  readonly to: Peer | "outside" | "internet" | "dns";
  /** Ports of the pods or hosts that are connected to, never those of a Service in front of them. An empty list means every port. */
  readonly ports: readonly (number | PortRange)[];
  /** TCP unless given. */
  readonly protocol?: "TCP" | "UDP";
}

/** First and last port of a range. */
export type PortRange = readonly [first: number, last: number];

/**
 * One end of a flow: all pods of a role's namespace, or one kind of them; the hosts of the cluster, on which the kubelets and all pods with
 * the host's network are; the API server, which runs on hosts; the cluster's own router; machines outside. `outside`, at the end of a flow,
 * is every address that belongs neither to the cluster nor to its hosts; `internet` is every public one of them.
 */
export type Peer = Role | PodKind | "hosts" | "api-server" | "router" | NamedHosts;

/** One kind of pods: labels by which policies tell them from all other pods of the namespace, and the ports on which they listen. */
export interface PodKind {
  readonly kind: "pods";
  readonly role: Role;
  /** Name for people and for policies. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that they have too, by which policies of charts mean them. */
  readonly further?: Readonly<Record<string, string>>;
  /** Selects the pods where each has labels of its own, so that equality does not; {@link PodKind.labels} are then those of one of them. */
  readonly selector?: { readonly matchExpressions: readonly LabelRequirement[] };
  readonly listens: readonly Listener[];
}

/** A requirement of a label selector. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/** A port on which pods listen. */
export interface Listener {
  readonly port: number | PortRange;
  /** Name of the container's port, by which policies and Services of a chart may mean it. */
  readonly name?: string;
  /** TCP unless given. */
  readonly protocol?: "TCP" | "UDP";
}

/** Machines outside the cluster whose addresses the site file lists. */
export interface NamedHosts {
  readonly kind: "outside";
  /** What they are, for people. */
  readonly name: string;
  /** IPv4 addresses. */
  readonly addresses: readonly string[];
}

/** Makes a kind of pods that listen on these TCP ports, by name. */
export function podKind(
  role: Role,
  name: string,
  labels: Readonly<Record<string, string>>,
  listens: Readonly<Record<string, number | PortRange>> = {},
): PodKind {
  return { kind: "pods", role, name, labels, listens: Object.entries(listens).map(([portName, port]) => ({ name: portName, port })) };
}

/** The selector of a kind of pods in the form of a NetworkPolicy. */
export function selectorOf({ labels, selector }: PodKind) {
  if (!selector) return { matchLabels: { ...labels } };
  return {
    matchExpressions: selector.matchExpressions.map(({ values, ...rest }) => ({ ...rest, ...(values && { values: [...values] }) })),
  };
}

/** A flow from each of some peers to each of others. */
export function flowsBetween(from: readonly Flow["from"][], to: readonly Flow["to"][], ports: Flow["ports"]): readonly Flow[] {
  return from.flatMap((source) => to.map((target) => ({ from: source, to: target, ports })));
}

/** Ports of all given flows, each once, in ascending order; a range is ordered by its first port. */
export function portsOf(flows: readonly Flow[]): Flow["ports"] {
  const all = new Map(flows.flatMap(({ ports }) => ports.map((port) => [String(port), port] as const)));
  return [...all.values()].sort((a, b) => firstOf(a) - firstOf(b));
}

function firstOf(port: number | PortRange): number {
  return typeof port === "number" ? port : port[0];
}

/** True if both are the same kind of pods, whatever ports they are told with. */
export function isSameKind(one: PodKind, other: PodKind): boolean {
  return one.role === other.role && one.name === other.name;
}

/** True for one kind of pods, and false for every other end of a flow. */
export function isPodKind(end: Flow["from"] | Flow["to"]): end is PodKind {
  return typeof end === "object" && end.kind === "pods";
}
