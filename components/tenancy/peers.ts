import type { types } from "@pulumi/kubernetes";
import type { ClusterFacts } from "./cluster";
import { isPodKind, selectorOf, type Flow } from "./flows";
import { NODE_LOCAL_DNS } from "./ports";
import type { Role } from "./roles";

type NetworkPolicyPeer = types.input.networking.v1.NetworkPolicyPeer;

/** Names of the namespaces, by role; roles that a site does not have are missing. */
export type NamespaceNames = Readonly<Partial<Record<Role, string>>>;

/** Link-local addresses, at one of which clouds serve credentials of a host to whoever asks (RFC 3927). */
export const LINK_LOCAL = "169.254.0.0/16";

/**
 * IPv4 networks that are not routed on the Internet: private use (RFC 1918), shared address space (RFC 6598), link-local and loopback
 * (https://www.iana.org/assignments/iana-ipv4-special-registry/).
 */
export const PRIVATE_NETWORKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", LINK_LOCAL, "127.0.0.0/8"] as const;

/**
 * An end of a flow in the form of a NetworkPolicy: undefined means any address, an empty list means that this site does not have the peer.
 * A pod on its host's network, a kubelet or a mount by the kernel is no pod for a policy but an address of a host.
 */
export function peersOf(
  end: Flow["from"] | Flow["to"],
  names: NamespaceNames,
  { dns, router, networks }: ClusterFacts,
): readonly NetworkPolicyPeer[] | undefined {
  if (isPodKind(end)) return namespaceOf(names, end.role).map((peer) => ({ ...peer, podSelector: selectorOf(end) }));
  if (typeof end === "object") return end.addresses.map((address) => block(`${address}/32`));
  const hosts = networks.hosts.map((network) => block(network));
  switch (end) {
    case "anywhere":
      return undefined;
    case "hosts":
    case "api-server":
      return hosts;
    // A router may use the network of its hosts.
    case "router":
      return router === undefined ? [] : [{ namespaceSelector: { matchLabels: { ...router } } }, ...hosts];
    case "dns":
      return [namespacePeer(dns.namespace), block(`${NODE_LOCAL_DNS}/32`)];
    case "outside":
      return [block("0.0.0.0/0", [networks.pods, networks.services, ...networks.hosts, LINK_LOCAL])];
    case "internet":
      return [block("0.0.0.0/0", [...PRIVATE_NETWORKS, networks.pods, networks.services, ...networks.hosts])];
    default:
      return namespaceOf(names, end);
  }
}

function block(cidr: string, except: readonly string[] = []): NetworkPolicyPeer {
  return { ipBlock: { cidr, ...(except.length > 0 && { except: [...new Set(except)] }) } };
}

function namespaceOf(names: NamespaceNames, role: Role): readonly { readonly namespaceSelector: object }[] {
  const name = names[role];
  return name === undefined ? [] : [namespacePeer(name)];
}

function namespacePeer(name: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}
