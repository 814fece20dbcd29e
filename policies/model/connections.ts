import { flowsOfParts, podsOfParts } from "../../components/part-flows";
import { enforcesNetworkPolicies } from "../../components/site/settings";
import { clusterFacts, type ClusterFacts } from "../../components/tenancy/cluster";
import { findChart } from "../../components/charts/catalogue";
import { isPodKind, isSameKind, type Flow, type PodKind, type PortRange } from "../../components/tenancy/flows";
import { dnsFlows } from "../../components/tenancy/network-policies";
import { PRIVATE_NETWORKS } from "../../components/tenancy/peers";
import { isRole } from "../../components/tenancy/roles";
import type { Site } from "../../stacks/site/schema";
import { allParts } from "../../stacks/site/parts";
import { memoize } from "../../capacity/memoize";
import { networkEnds, ROUTER_NAMESPACE, type NetworkEnd } from "./network-ends";
import { inBlock, openPorts, type PolicyWorld, type Protocol } from "./network-policy";
import { networkPolicyOf } from "./network-policy-reading";
import { is, objectsOf, releaseOf, type KubernetesObject } from "./objects";
import { common, EVERY_PORT, portSet, type PortSet, type Run } from "./port-set";
import { namespaceRoles } from "./roles";

/** Protocols about which policies are asked; the facility has nothing that speaks another. */
export const PROTOCOLS = ["TCP", "UDP"] as const satisfies readonly Protocol[];

/** What one end reaches of another: what the policies open, and what flows list. */
export interface Reach {
  readonly from: NetworkEnd;
  readonly to: NetworkEnd;
  readonly protocol: Protocol;
  readonly open: PortSet;
  readonly listed: PortSet;
}

/** Who reaches whom at a site, and what that follows from. */
export interface Connections {
  readonly ends: readonly NetworkEnd[];
  /** Pairs for which anything is open or listed. At least one end is pods of the facility. */
  readonly reaches: readonly Reach[];
  readonly flows: readonly Flow[];
  /** Number of pairs of ends that were compared. */
  readonly pairs: number;
  /** False where the network plugin of the site enforces no policy, so that everybody reaches everybody. */
  readonly enforced: boolean;
}

/** The NetworkPolicies among some objects, and those that the charts among them bring. */
export function networkPoliciesOf(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const brought = objects.flatMap((object) => {
    const release = releaseOf(object);
    if (release?.chart === undefined) return [];
    const { chart, name, namespace, values } = release;
    const policies = findChart(chart)?.networkPolicies?.({ name, namespace, values: values.raw() }) ?? [];
    return policies.flatMap((manifest) => objectsOf(manifest));
  });
  return [...objects, ...brought].filter((object) => networkPolicyOf(object) !== undefined);
}

/**
 * Works out who reaches whom: for each pair of pods and addresses, what all policies together open, and what the concerns list as open. Only
 * roles whose namespaces are among the objects take part.
 */
export function connectionsOf(objects: readonly KubernetesObject[], site: Site): Connections {
  return known(objects)(site);
}

/** A plan that draws them asks for the same as the rule that judges them. */
const known = memoize((objects: readonly KubernetesObject[]) => memoize((site: Site) => workedOut(objects, site)));

function workedOut(objects: readonly KubernetesObject[], site: Site): Connections {
  const { kubernetes } = site.site;
  const cluster = clusterFacts(kubernetes);
  const names = new Map([...namespaceRoles(objects)].map(([name, role]) => [role, name]));
  const parts = allParts(site);
  const has = (end: Flow["from"] | Flow["to"]): boolean => (isPodKind(end) ? names.has(end.role) : !isRole(end) || names.has(end));
  const flows = [...flowsOfParts(parts), ...[...names.keys()].flatMap((role) => dnsFlows(role, cluster))].filter(
    ({ from, to }) => has(from) && has(to),
  );
  const pods = podsOfParts(parts).filter(({ role }) => names.has(role));
  const policies = networkPoliciesOf(objects).flatMap((object) => networkPolicyOf(object) ?? []);
  const world: PolicyWorld = { policies, namespaces: namespaceLabels(objects, cluster) };
  const facts = { kubernetes, pods, namespaceOf: ({ role }: PodKind) => names.get(role) ?? "", flows, policies };
  const [sources, targets] = networkEnds(facts);
  const reaches = sources.flatMap((from) => {
    const leaving = flows.filter((flow) => isFrom(flow.from, from));
    return targets
      .filter((to) => from.pods ?? to.pods)
      .flatMap((to) => {
        const open = openPorts(world, from.endpoint, to.endpoint);
        const leading = leaving.filter((flow) => isTo(flow.to, to));
        return PROTOCOLS.map((protocol) => ({ from, to, protocol, open: open(protocol), listed: listedPorts(leading, protocol) }));
      });
  });
  const pairs = reaches.length / PROTOCOLS.length;
  const enforced = enforcesNetworkPolicies(kubernetes.networkPlugin);
  return { ends: sources, reaches: reaches.filter(({ open, listed }) => open.length + listed.length > 0), flows, pairs, enforced };
}

/** Labels of the namespaces, with those that the API server and the cluster's operators add. */
export function namespaceLabels(objects: readonly KubernetesObject[], { dns, router }: ClusterFacts): PolicyWorld["namespaces"] {
  const named = (name: string) => ({ "kubernetes.io/metadata.name": name });
  return {
    default: named("default"),
    [dns.namespace]: named(dns.namespace),
    [ROUTER_NAMESPACE]: router ?? {},
    ...Object.fromEntries(
      objects
        .filter((object) => is(object, "v1", "Namespace"))
        .map(({ name, root }) => [name, { ...root.at("metadata", "labels").texts(), ...named(name) }]),
    ),
  };
}

/** @param leading the flows from a source to a target. */
function listedPorts(leading: readonly Flow[], protocol: Protocol): PortSet {
  const fitting = leading.filter((flow) => (flow.protocol ?? "TCP") === protocol);
  if (fitting.some(({ ports }) => ports.length === 0)) return EVERY_PORT;
  return portSet(fitting.flatMap(({ ports }) => ports.map(runOf)));
}

/** `anywhere` opens what comes in. Pods of the facility need a flow of their own to get out. */
function isFrom(from: Flow["from"], end: NetworkEnd): boolean {
  return from === "anywhere" ? end.pods === undefined : isEnd(from, end);
}

function isTo(to: Flow["to"], end: NetworkEnd): boolean {
  switch (to) {
    case "outside":
      return ["named", "private", "internet"].includes(end.kind);
    case "internet":
      return (
        end.kind === "internet" || (end.kind === "named" && !PRIVATE_NETWORKS.some((network) => inBlock(network, end.endpoint.address)))
      );
    case "dns":
      return end.kind === "dns pods" || end.kind === "node-local DNS";
    default:
      return isEnd(to, end);
  }
}

function isEnd(end: Exclude<Flow["from"], "anywhere">, { kind, pods, endpoint }: NetworkEnd): boolean {
  if (isPodKind(end)) return pods !== undefined && isSameKind(pods, end);
  if (typeof end === "object") return end.addresses.includes(endpoint.address);
  switch (end) {
    case "hosts":
    case "api-server":
      return kind === "hosts";
    case "router":
      return kind === "router pods" || kind === "hosts";
    default:
      return pods?.role === end;
  }
}

/** Ports of a flow on which its target does not listen. A range is right if the target listens on some port of it. */
export function deafPorts({ ports, protocol = "TCP" }: Flow, { listens }: PodKind): PortSet {
  const heard = portSet(listens.filter((listener) => (listener.protocol ?? "TCP") === protocol).map(({ port }) => runOf(port)));
  return portSet(ports.map(runOf).filter((run) => common([run], heard).length === 0));
}

function runOf(port: number | PortRange): Run {
  return typeof port === "number" ? [port, port] : port;
}
