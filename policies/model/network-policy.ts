import type { Labels } from "../../capacity/labels";
import { memoize, memoizeText } from "../../capacity/memoize";
import { selectsLabels } from "../../capacity/packing/selectors";
import type { LabelSelector } from "../../capacity/packing/model";
import { addressNumber } from "../../components/fields";
import { common, EVERY_PORT, portSet, type PortSet, type Run } from "./port-set";

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
  readonly namespaces: Readonly<Record<string, Labels>>;
}

/**
 * True if the policies allow a connection: the egress of its source and the ingress of its target both do
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation). A pod always reaches itself.
 * What comes from a pod's own host is always allowed too; an address does not tell which host is meant, so a host counts as another one.
 */
export function allows(world: PolicyWorld, { from, to, port, protocol }: Connection): boolean {
  return openPorts(world, from, to)(protocol).some(([first, last]) => port >= first && port <= last);
}

/** The ports of a target that a source reaches under the policies, by protocol; see {@link allows}. */
export function openPorts(world: PolicyWorld, from: Endpoint, to: Endpoint): (protocol: Protocol) => PortSet {
  if (from.address === to.address) return () => EVERY_PORT;
  // Most pairs are closed at one end already.
  const out = openTo(from.pod, "egress", to, world);
  if (out?.length === 0) return () => [];
  const into = openTo(to.pod, "ingress", from, world);
  if (into?.length === 0) return () => [];
  const ports = (rules: readonly PolicyRule[] | undefined, protocol: Protocol) =>
    rules === undefined ? EVERY_PORT : portSet(rules.flatMap((rule) => portsOfRule(rule, protocol, to.pod)));
  return (protocol) => common(ports(out, protocol), ports(into, protocol));
}

/** The rules of a direction that mean the other end; undefined if no policy isolates the pod in that direction. */
function openTo(
  isolated: NetworkPod | undefined,
  direction: "ingress" | "egress",
  other: Endpoint,
  world: PolicyWorld,
): readonly PolicyRule[] | undefined {
  if (isolated === undefined) return undefined;
  const applying = selecting(world)(isolated).filter((policy) => policy[direction] !== undefined);
  if (applying.length === 0) return undefined;
  return applying.flatMap((policy) => meaning(world)(policy)(other)[direction]);
}

/** Policies that select each pod, kept for as long as world and pod are: a pod takes part in many connections. */
const selecting = memoize((world: PolicyWorld) =>
  memoize((pod: NetworkPod) =>
    world.policies.filter(({ namespace, podSelector }) => namespace === pod.namespace && selectsLabels(podSelector, pod.labels)),
  ),
);

/** The rules of a policy that mean an end, by direction. The pods of a namespace mostly share their policies. */
const meaning = memoize((world: PolicyWorld) =>
  memoize((policy: NetworkPolicy) =>
    memoize((end: Endpoint) => {
      const means = ({ peers }: PolicyRule) =>
        peers.length === 0 || peers.some((peer) => isPeer(peer, policy.namespace, end, world.namespaces));
      return { ingress: (policy.ingress ?? []).filter(means), egress: (policy.egress ?? []).filter(means) };
    }),
  ),
);

function isPeer(
  { ipBlock, podSelector, namespaceSelector }: PolicyPeer,
  ownNamespace: string,
  { address, pod }: Endpoint,
  namespaces: PolicyWorld["namespaces"],
): boolean {
  if (ipBlock) return inBlock(ipBlock.cidr, address) && !ipBlock.except.some((block) => inBlock(block, address));
  if (pod === undefined) return false;
  const namespaceFits =
    namespaceSelector === undefined
      ? pod.namespace === ownNamespace
      : selectsLabels(namespaceSelector, labelsOf(pod.namespace, namespaces));
  return namespaceFits && (podSelector === undefined || selectsLabels(podSelector, pod.labels));
}

function labelsOf(namespace: string, namespaces: PolicyWorld["namespaces"]): Labels {
  // Every object answers to `constructor`, which may also be the name of a namespace.
  return Object.hasOwn(namespaces, namespace) ? (namespaces[namespace] ?? {}) : {};
}

/** Ports of a rule. A name means whatever port of that name the target has; a target that is no pod has none. */
function portsOfRule({ ports }: PolicyRule, protocol: Protocol, target: NetworkPod | undefined): PortSet {
  if (ports.length === 0) return EVERY_PORT;
  return ports
    .filter((ruled) => ruled.protocol === protocol)
    .flatMap(({ port, endPort }): PortSet => {
      if (port === undefined) return EVERY_PORT;
      if (typeof port === "number") return [[port, endPort ?? port]];
      const named = target?.ports.filter((each) => each.name === port && each.protocol === protocol) ?? [];
      return named.map((each) => [each.port, each.port]);
    });
}

/** True if an IPv4 address lies in a block; bits of the block's own address behind its mask do not count. */
export function inBlock(cidr: string, address: string): boolean {
  if (cidr.includes(":")) return false;
  const [[first, last], number] = [blockRun(cidr), numberOf(address)];
  return number >= first && number <= last;
}

const numberOf = memoizeText(addressNumber);

/** First and last address of an IPv4 block, as numbers. */
export const blockRun = memoizeText((cidr): Run => {
  const [base = "", bits = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(addressNumber(base) / size) * size;
  return [first, first + size - 1];
});
