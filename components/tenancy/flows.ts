import type { types } from "@pulumi/kubernetes";
import type { ClusterFacts } from "./cluster";
import { ROLES, type Role } from "./roles";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;

/**
 * Who may talk to whom, by container port. Everything not listed is denied in both directions; talk within a namespace and DNS are always
 * allowed. User pods are not listed: Z2JH's own policies, which add to these, decide for them (guide jupyterhub-and-dask.md §5.3 and §7.5).
 */
export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  /** TCP container ports; none means every port. */
  readonly ports: readonly (number | PortRange)[];
}

export type PortRange = readonly [first: number, last: number];

type Peer = Role | "anywhere" | "api-server" | "router";

/** Ports of the API server: its Service and kubeadm's own. Masters' addresses are not site data, so these two go to any address. */
const API_PORTS = [443, 6443];
const USES_THE_API: readonly Role[] = ["flux", "cert-manager", "metallb", "traefik", "monitoring", "rook", "hub", "servicex", "skyhook"];

export const FLOWS: readonly Flow[] = [
  ...USES_THE_API.map((role): Flow => ({ from: role, to: "api-server", ports: API_PORTS })),
  // Admission webhooks: the API server calls from a host, not from a pod.
  { from: "api-server", to: "cert-manager", ports: [10250] },
  { from: "api-server", to: "metallb", ports: [9443] },
  // Prometheus reads metrics wherever they are.
  ...ROLES.filter((role) => role !== "monitoring").map((role): Flow => ({ from: "monitoring", to: role, ports: [] })),
  // Charts and certificates come from outside.
  { from: "flux", to: "anywhere", ports: [443] },
  { from: "cert-manager", to: "anywhere", ports: [53, 80, 443] },
  // Users and workers come in through Traefik; TLS of Dask goes through unbroken.
  { from: "anywhere", to: "traefik", ports: [8000, 8443, 8786, 8788] },
  { from: "traefik", to: "hub", ports: [8000, 8786, 8788] },
  { from: "traefik", to: "servicex", ports: [5000] },
  { from: "traefik", to: "rook", ports: [8080] },
  // Where the cluster has a router of its own, it comes in instead.
  { from: "router", to: "servicex", ports: [5000] },
  { from: "router", to: "rook", ports: [8080] },
  { from: "router", to: "hub", ports: [8000] },
  { from: "anywhere", to: "hub", ports: [8000, 8443] },
  { from: "hub", to: "traefik", ports: [8443, 8786, 8788] },
  { from: "hub", to: "servicex", ports: [5000] },
  { from: "hub", to: "batch", ports: [9618] },
  // Somebody else's access point, and its pool.
  { from: "hub", to: "anywhere", ports: [9618] },
  { from: "hub", to: "data", ports: [1094] },
  // The access point talks to its pool, and the pool to it, on one port; execute nodes answer on ephemeral ones.
  { from: "anywhere", to: "batch", ports: [9618] },
  { from: "batch", to: "anywhere", ports: [] },
  // The cache fetches from the doors, wherever a redirector sends it.
  { from: "anywhere", to: "data", ports: [1094] },
  { from: "data", to: "anywhere", ports: [443, 1094, 1095] },
  { from: "servicex", to: "data", ports: [1094] },
  { from: "servicex", to: "rook", ports: [8080] },
  { from: "servicex", to: "traefik", ports: [8443] },
  { from: "servicex", to: "anywhere", ports: [443, 1094] },
];

/** Whom the policies of a namespace can name. */
export interface Surroundings {
  /** Namespaces by role; peers that this site does not have are left out. */
  readonly names: Readonly<Partial<Record<Role, string>>>;
  readonly cluster: ClusterFacts;
  /** What this site needs beyond the flows of every site. */
  readonly flows: readonly Flow[];
}

/** Network policies of one namespace, by name. */
export function policiesOf(role: Role, around: Surroundings): Readonly<Record<string, NetworkPolicySpec>> {
  const { dns } = around.cluster;
  const flows = [...FLOWS, ...around.flows];
  return {
    "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    "allow-dns": {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": dns.namespace } } }],
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
    "allow-flows": {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: flows.filter(({ to }) => to === role).flatMap(({ from, ports }) => rule("from", from, ports, around)),
      egress: flows.filter(({ from }) => from === role).flatMap(({ to, ports }) => rule("to", to, ports, around)),
    },
  };
}

function rule(side: "from" | "to", peer: Peer, ports: Flow["ports"], around: Surroundings) {
  const restricted = ports.length > 0 ? { ports: ports.map(policyPort) } : {};
  if (peer === "anywhere" || peer === "api-server") return [restricted];
  const matchLabels = peer === "router" ? around.cluster.router : labelsOf(around.names[peer]);
  return matchLabels === undefined ? [] : [{ ...restricted, [side]: [{ namespaceSelector: { matchLabels } }] }];
}

function policyPort(port: number | PortRange) {
  if (typeof port === "number") return { protocol: "TCP", port };
  const [first, last] = port;
  return { protocol: "TCP", port: first, endPort: last };
}

function labelsOf(namespace: string | undefined): Readonly<Record<string, string>> | undefined {
  return namespace === undefined ? undefined : { "kubernetes.io/metadata.name": namespace };
}
