import type { types } from "@pulumi/kubernetes";
import type { ClusterFacts } from "./cluster";
import { networkPort, portsOf, USER_SERVERS, type Flow, type Peer } from "./flows";
import type { Role } from "./roles";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;

/** What the network policies of a namespace follow from. */
export interface NetworkFacts {
  /** Names of the namespaces, by role; roles that this site does not have are missing. */
  readonly names: Readonly<Partial<Record<Role, string>>>;
  readonly cluster: ClusterFacts;
  /** Flows of the whole facility. */
  readonly flows: readonly Flow[];
}

/** Specs of the network policies of one namespace, by the policy's name. */
export function policiesOf(role: Role, facts: NetworkFacts): Readonly<Record<string, NetworkPolicySpec>> {
  const { dns } = facts.cluster;
  return {
    "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    "allow-dns": {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [namespacePeer(dns.namespace)],
          ports: [
            { protocol: "UDP", port: dns.port },
            { protocol: "TCP", port: dns.port },
          ],
        },
      ],
    },
    "allow-within": {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{ to: [{ podSelector: {} }] }],
    },
    "allow-flows": { podSelector: {}, ...bothWays(role, facts) },
    ...ofSomePods(role, facts),
  };
}

/** One policy for each set of pods that has flows of its own, e.g. the pods of an operator. */
function ofSomePods(role: Role, facts: NetworkFacts): Readonly<Record<string, NetworkPolicySpec>> {
  const ends = facts.flows.flatMap(({ from, to }) => [from, to]);
  const selections = new Map(ends.flatMap((end) => (isPods(end) && end.role === role ? [[JSON.stringify(end.labels), end] as const] : [])));
  return Object.fromEntries(
    [...selections.values()].map((pods) => [
      `allow-flows-${Object.values(pods.labels).join("-")}`,
      { podSelector: { matchLabels: { ...pods.labels } }, ...bothWays(pods, facts) },
    ]),
  );
}

/** Both ways of a policy. `policyTypes` closes one without rules; the API server does not keep an empty list of rules. */
function bothWays(own: Peer, facts: NetworkFacts): Omit<NetworkPolicySpec, "podSelector"> {
  const [ingress, egress] = [rules("from", own, facts), rules("to", own, facts)];
  return { policyTypes: ["Ingress", "Egress"], ...(ingress.length > 0 && { ingress }), ...(egress.length > 0 && { egress }) };
}

/**
 * One rule for each peer, which says what may come in from it or go out to it. If a flow names every port, the peer's rule has no ports.
 */
function rules(side: "from" | "to", own: Peer, facts: NetworkFacts): Record<string, unknown>[] {
  const here = side === "to" ? "from" : "to";
  const byPeer = new Map<string, { readonly peers: readonly object[] | undefined; readonly flows: Flow[] }>();
  for (const flow of facts.flows.filter((each) => sameEnd(each[here], own))) {
    const peers = peersOf(flow[side], facts);
    if (peers?.length === 0) continue;
    const key = JSON.stringify(peers ?? "anywhere");
    byPeer.set(key, { peers, flows: [...(byPeer.get(key)?.flows ?? []), flow] });
  }
  return [...byPeer.values()].map(({ peers, flows }) => {
    const everyPort = flows.some(({ ports }) => ports.length === 0);
    return { ...(peers && { [side]: peers }), ...(!everyPort && { ports: portsOf(flows).map(networkPort) }) };
  });
}

function sameEnd(end: Peer, own: Peer): boolean {
  return end === own || (isPods(end) && isPods(own) && end.role === own.role && JSON.stringify(end.labels) === JSON.stringify(own.labels));
}

/** The peer in the form of a NetworkPolicy: undefined means any address, an empty list means that this site does not have the peer. */
function peersOf(end: Peer, { names, cluster }: NetworkFacts): readonly object[] | undefined {
  if (typeof end === "object") {
    switch (end.kind) {
      case "hosts":
        return undefined;
      case "outside":
        return end.addresses.map((address) => ({ ipBlock: { cidr: `${address}/32` } }));
      case "pods":
        return roleFrom(names, end.role).map((peer) => ({ ...peer, podSelector: { matchLabels: { ...end.labels } } }));
    }
  }
  switch (end) {
    case "anywhere":
    case "api-server":
      return undefined;
    case "internet":
      return [{ ipBlock: { cidr: "0.0.0.0/0", except: [...PRIVATE_NETWORKS] } }];
    case "router":
      return cluster.router === undefined ? [] : [{ namespaceSelector: { matchLabels: { ...cluster.router } } }];
    case USER_SERVERS:
      return roleFrom(names, "hub");
    default:
      return roleFrom(names, end);
  }
}

/**
 * IPv4 networks that are not routed on the Internet: private use (RFC 1918), shared address space (RFC 6598), link-local and loopback
 * (https://www.iana.org/assignments/iana-ipv4-special-registry/).
 */
const PRIVATE_NETWORKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"] as const;

function roleFrom(names: NetworkFacts["names"], role: Role): readonly object[] {
  const name = names[role];
  return name === undefined ? [] : [namespacePeer(name)];
}

function namespacePeer(name: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

function isPods(end: Peer): end is Extract<Peer, { kind: "pods" }> {
  return typeof end === "object" && end.kind === "pods";
}
