import { clusterFacts } from "../../components/tenancy/cluster";
import { isPodKind, type Flow, type NamedHosts, type PodKind } from "../../components/tenancy/flows";
import { LINK_LOCAL, PRIVATE_NETWORKS } from "../../components/tenancy/peers";
import { NODE_LOCAL_DNS } from "../../components/tenancy/ports";
import type { Kubernetes } from "../../components/site/settings";
import { addressNumber } from "../../components/fields";
import { blockRun, type ContainerPort, inBlock, type Endpoint, type NetworkPolicy } from "./network-policy";

/** What an end of a connection is: pods of the facility, other pods of the cluster, or addresses. */
export type EndKind =
  | "pods"
  | "dns pods"
  | "router pods"
  | "other pods"
  | "hosts"
  | "services"
  | "node-local DNS"
  | "metadata"
  | "link-local"
  | "named"
  | "private"
  | "internet";

/** An end of a connection: all pods of one kind, or all addresses of one kind that no policy tells apart. */
export interface NetworkEnd {
  readonly kind: EndKind;
  /** Name for people. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** The kind of pods, where they are the facility's. */
  readonly pods?: PodKind;
}

/** Address at which clouds serve credentials of a host to whoever asks (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html). */
const METADATA_ADDRESS = "169.254.169.254";

/** What the ends of a site's connections follow from. */
export interface EndFacts {
  readonly kubernetes: Kubernetes;
  readonly pods: readonly PodKind[];
  /** Name of the namespace of each kind of pods. */
  readonly namespaceOf: (pods: PodKind) => string;
  readonly flows: readonly Flow[];
  readonly policies: readonly NetworkPolicy[];
}

/**
 * Every end that connections may have at a site, in the order of a table. Addresses between two boundaries that no policy and no network of the
 * site names are alike for every policy, so one of them stands for all.
 *
 * They come twice, as sources and as targets, because two pods of one kind have two addresses.
 */
export function networkEnds(facts: EndFacts): readonly [sources: readonly NetworkEnd[], targets: readonly NetworkEnd[]] {
  const addresses = addressEnds(facts);
  return [
    [...podEnds(facts, 0), ...addresses],
    [...podEnds(facts, 1), ...addresses],
  ];
}

function podEnds({ kubernetes, pods, namespaceOf }: EndFacts, which: 0 | 1): readonly NetworkEnd[] {
  const { dns, router } = clusterFacts(kubernetes);
  const base = addressNumber(kubernetes.podCidr.split("/")[0] ?? "");
  const podAt = (
    index: number,
    namespace: string,
    labels: Readonly<Record<string, string>>,
    listens: PodKind["listens"] = [],
  ): Endpoint => ({
    address: addressText(base + 2 * (index + 1) + which),
    pod: { namespace, labels, ports: listens.flatMap(containerPorts) },
  });
  const own = pods.map((kind, index): NetworkEnd => ({
    ...{ kind: "pods", name: kind.name, pods: kind },
    endpoint: podAt(index, namespaceOf(kind), { ...kind.labels, ...kind.further }, kind.listens),
  }));
  const next = pods.length;
  return [
    ...own,
    { kind: "dns pods", name: "DNS", endpoint: podAt(next, dns.namespace, {}) },
    ...(router ? [{ kind: "router pods", name: "router", endpoint: podAt(next + 1, ROUTER_NAMESPACE, {}) } as const] : []),
    { kind: "other pods", name: "other pods", endpoint: podAt(next + 2, "default", {}) },
  ];
}

/** Name that stands for the namespace of the cluster's router, which policies know by its labels. */
export const ROUTER_NAMESPACE = "router";

function containerPorts({ port, name, protocol = "TCP" }: PodKind["listens"][number]): readonly ContainerPort[] {
  return typeof port === "number" ? [{ ...(name !== undefined && { name }), port, protocol }] : [];
}

/** One end for each run of addresses that are alike for all policies and all networks of the site. */
function addressEnds({ kubernetes, flows, policies }: EndFacts): readonly NetworkEnd[] {
  const named = flows.flatMap(({ from, to }) => [from, to].filter(isNamed));
  const { podCidr, serviceCidr, hostCidrs } = kubernetes;
  const blocks = policies.flatMap(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].flatMap(({ peers }) => peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...ipBlock.except] : []))),
  );
  const single = [METADATA_ADDRESS, NODE_LOCAL_DNS, ...named.flatMap(({ addresses }) => addresses)].map((address) => `${address}/32`);
  const runs = [...PRIVATE_NETWORKS, podCidr, serviceCidr, ...hostCidrs, ...blocks, ...single]
    .filter((block) => !block.includes(":"))
    .map(blockRun);
  const starts = [...new Set([0, ...runs.flatMap(([first, last]) => [first, last + 1])])].filter((start) => start < 2 ** 32);
  return (
    starts
      .sort((a, b) => a - b)
      .map(addressText)
      // Pods have ends of their own.
      .filter((address) => !inBlock(podCidr, address) && !inBlock("127.0.0.0/8", address))
      .map((address) => ({ ...kindOf(address, kubernetes, named), endpoint: { address } }))
  );
}

function kindOf(address: string, { serviceCidr, hostCidrs }: Kubernetes, named: readonly NamedHosts[]): Pick<NetworkEnd, "kind" | "name"> {
  if (address === METADATA_ADDRESS) return { kind: "metadata", name: "metadata" };
  if (address === NODE_LOCAL_DNS) return { kind: "node-local DNS", name: "node-local DNS" };
  if (inBlock(LINK_LOCAL, address)) return { kind: "link-local", name: "link-local" };
  if (inBlock(serviceCidr, address)) return { kind: "services", name: "Services" };
  if (hostCidrs.some((network) => inBlock(network, address))) return { kind: "hosts", name: "hosts" };
  const found = named.find(({ addresses }) => addresses.includes(address));
  if (found) return { kind: "named", name: found.name };
  return PRIVATE_NETWORKS.some((network) => inBlock(network, address))
    ? { kind: "private", name: "campus" }
    : { kind: "internet", name: "Internet" };
}

function isNamed(end: Flow["from"] | Flow["to"]): end is NamedHosts {
  return typeof end === "object" && !isPodKind(end);
}

function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
