import { selectsLabels } from "../../capacity/packing/selectors";
import type { LabelSelector } from "../../capacity/packing/model";

/** Protocols that a NetworkPolicy tells apart. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** A port of a pod's container. */
export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** A pod in a network of its own. A pod on its host's network is an address of the host and no pod, as policies do not apply to it. */
export interface NetworkPod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly ContainerPort[];
}

/** One end of a connection: an IPv4 address, and the pod that has it, if one has. */
export interface Endpoint {
  readonly address: string;
  readonly pod?: NetworkPod;
}

/** A connection that one end opens to a port of the other. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: number;
  readonly protocol: Protocol;
}

/** A rule's port: a number, the first of a range, or the name of a container's port; without one, every port of the protocol. */
export interface PolicyPort {
  readonly protocol: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

/** One of a rule's peers: a block of addresses, or pods by their labels and by those of their namespace. */
export interface PolicyPeer {
  readonly ipBlock?: { readonly cidr: string; readonly except: readonly string[] };
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
}

/** A rule: it allows what comes from any of its peers, or goes there, at any of its ports. No peer means all, no port means all. */
export interface PolicyRule {
  readonly peers: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
}

/** A NetworkPolicy; the rules of a direction are undefined if the policy does not isolate its pods in that direction. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  readonly ingress: readonly PolicyRule[] | undefined;
  readonly egress: readonly PolicyRule[] | undefined;
}

/** A cluster as policies see it. */
export interface PolicyWorld {
  readonly policies: readonly NetworkPolicy[];
  /** Labels of each namespace, by name. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * True if the policies allow a connection: the egress of its source and the ingress of its target both do
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation). A pod always reaches itself.
 * What comes from a pod's own host is always allowed too; an address does not tell which host is meant, so a host counts as another one.
 */
export function allows(world: PolicyWorld, connection: Connection): boolean {
  const { from, to } = connection;
  if (from.address === to.address) return true;
  return allowsEgress(world, connection) && allowsIngress(world, connection);
}

/** True if the policies let the connection out of its source. */
export function allowsEgress(world: PolicyWorld, { from, to, port, protocol }: Connection): boolean {
  return admits(from.pod, "egress", to, world, (ports) => admitsPort(ports, port, protocol, to.pod));
}

/** True if the policies let the connection into its target. */
export function allowsIngress(world: PolicyWorld, { from, to, port, protocol }: Connection): boolean {
  return admits(to.pod, "ingress", from, world, (ports) => admitsPort(ports, port, protocol, to.pod));
}

function admits(
  isolated: NetworkPod | undefined,
  direction: "ingress" | "egress",
  other: Endpoint,
  world: PolicyWorld,
  portsFit: (ports: readonly PolicyPort[]) => boolean,
): boolean {
  if (isolated === undefined) return true;
  const applying = world.policies.filter(
    (policy) =>
      policy[direction] !== undefined && policy.namespace === isolated.namespace && selectsLabels(policy.podSelector, isolated.labels),
  );
  if (applying.length === 0) return true;
  return applying.some((policy) =>
    (policy[direction] ?? []).some(
      ({ peers, ports }) =>
        portsFit(ports) && (peers.length === 0 || peers.some((peer) => isPeer(peer, policy.namespace, other, world.namespaces))),
    ),
  );
}

function isPeer(
  { ipBlock, podSelector, namespaceSelector }: PolicyPeer,
  ownNamespace: string,
  { address, pod }: Endpoint,
  namespaces: PolicyWorld["namespaces"],
): boolean {
  if (ipBlock) return inBlock(ipBlock.cidr, address) && !ipBlock.except.some((block) => inBlock(block, address));
  if (pod === undefined) return false;
  const namespaceFits =
    namespaceSelector === undefined ? pod.namespace === ownNamespace : selectsLabels(namespaceSelector, namespaces[pod.namespace] ?? {});
  return namespaceFits && (podSelector === undefined || selectsLabels(podSelector, pod.labels));
}

function admitsPort(ports: readonly PolicyPort[], number: number, protocol: Protocol, target: NetworkPod | undefined): boolean {
  return (
    ports.length === 0 ||
    ports.some(({ port, endPort, protocol: ruled }) => {
      if (ruled !== protocol) return false;
      if (port === undefined) return true;
      if (typeof port === "number") return number >= port && number <= (endPort ?? port);
      // The name means whatever port of that name the target has; a target that is no pod has none.
      return target?.ports.some((each) => each.name === port && each.port === number && each.protocol === protocol) ?? false;
    })
  );
}

/** True if an IPv4 address lies in a block; bits of the block's own address behind its mask do not count. */
export function inBlock(cidr: string, address: string): boolean {
  const [base = "", bits = "32"] = cidr.split("/");
  if (base.includes(":")) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(addressNumber(base) / size) === Math.floor(addressNumber(address) / size);
}

/** An IPv4 address as a number. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
