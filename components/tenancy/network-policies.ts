import type { types } from "@pulumi/kubernetes";
import type { ClusterFacts } from "./cluster";
import { isPodKind, isSameKind, portsOf, selectorOf, type Flow, type PodKind, type PortRange } from "./flows";
import { peersOf, type NamespaceNames } from "./peers";
import type { Role } from "./roles";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;

/** What the network policies of a namespace follow from. */
export interface NetworkFacts {
  readonly names: NamespaceNames;
  readonly cluster: ClusterFacts;
  /** Flows of the whole facility. */
  readonly flows: readonly Flow[];
}

/** The flows of every pod of a role: to the DNS. */
export function dnsFlows(role: Role, { dns }: ClusterFacts): readonly Flow[] {
  return [
    { from: role, to: "dns", ports: [dns.port], protocol: "UDP" },
    { from: role, to: "dns", ports: [dns.port] },
  ];
}

/** Specs of the network policies of one namespace, by the policy's name. */
export function policiesOf(role: Role, facts: NetworkFacts): Readonly<Record<string, NetworkPolicySpec>> {
  const ends = facts.flows.flatMap(({ from, to }) => [from, to]);
  const kinds = new Map(ends.flatMap((end) => (isPodKind(end) && end.role === role ? [[end.name, end] as const] : [])));
  return {
    "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    "allow-dns": {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: rules("to", role, { ...facts, flows: dnsFlows(role, facts.cluster) }),
    },
    "allow-flows": { podSelector: {}, ...bothWays(role, facts) },
    ...Object.fromEntries(
      [...kinds].map(([name, kind]) => [`allow-flows-${name}`, { podSelector: selectorOf(kind), ...bothWays(kind, facts) }]),
    ),
  };
}

/** Both ways of a policy. `policyTypes` closes one without rules; the API server does not keep an empty list of rules. */
function bothWays(own: Role | PodKind, facts: NetworkFacts): Omit<NetworkPolicySpec, "podSelector"> {
  const [ingress, egress] = [rules("from", own, facts), rules("to", own, facts)];
  return { policyTypes: ["Ingress", "Egress"], ...(ingress.length > 0 && { ingress }), ...(egress.length > 0 && { egress }) };
}

/**
 * One rule for each peer, which says what may come in from it or go out to it. If a flow names every port, the peer's rule has no other
 * ports of the flow's protocol.
 */
function rules(side: "from" | "to", own: Role | PodKind, { names, cluster, flows }: NetworkFacts): Record<string, unknown>[] {
  const here = side === "to" ? "from" : "to";
  const byPeer = new Map<string, { readonly peers: readonly object[] | undefined; readonly flows: Flow[] }>();
  for (const flow of flows.filter((each) => isSame(each[here], own))) {
    const peers = peersOf(flow[side], names, cluster);
    if (peers?.length === 0) continue;
    const key = JSON.stringify(peers ?? "anywhere");
    byPeer.set(key, { peers, flows: [...(byPeer.get(key)?.flows ?? []), flow] });
  }
  return [...byPeer.values()].map(({ peers, flows: own }) => ({
    ...(peers && { [side]: peers }),
    ports: (["UDP", "TCP"] as const).flatMap((protocol) =>
      portsFor(
        own.filter((flow) => (flow.protocol ?? "TCP") === protocol),
        protocol,
      ),
    ),
  }));
}

function portsFor(flows: readonly Flow[], protocol: "UDP" | "TCP"): readonly object[] {
  if (flows.some(({ ports }) => ports.length === 0)) return [{ protocol }];
  return portsOf(flows).map((port) => networkPort(port, protocol));
}

/** A port or a range of ports in the form of a NetworkPolicy. */
function networkPort(port: number | PortRange, protocol: "UDP" | "TCP") {
  if (typeof port === "number") return { protocol, port };
  const [first, last] = port;
  return { protocol, port: first, endPort: last };
}

function isSame(end: Flow["from"] | Flow["to"], own: Role | PodKind): boolean {
  return isPodKind(end) && isPodKind(own) ? isSameKind(end, own) : end === own;
}
