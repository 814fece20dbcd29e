import { bytes, millicores } from "../../capacity/quantity";
import { SOURCE_ANNOTATION } from "../charts/crds";
import type { Cluster, ClusterObject } from "../cluster/client";
import { fieldAt, conditionOf, listAt, textAt } from "../cluster/world";
import type { SandboxHost } from "../nodes/nodes";

/** The state of the cluster as the report shows it, read once. */
export interface ClusterSummary {
  readonly hosts: readonly HostSummary[];
  readonly pods: readonly PodSummary[];
  /** Owners that lack pods because these are refused, with the reason, such as a quota. */
  readonly refused: readonly { readonly owner: string; readonly reason: string }[];
  readonly services: readonly { readonly name: string; readonly address: string; readonly ports: string }[];
  /** How many definitions of custom resources came from each source. */
  readonly definitions: ReadonlyMap<string, number>;
}

/** A host with what pods ask of it. */
export interface HostSummary {
  readonly name: string;
  readonly pool: string;
  readonly ready: boolean;
  /** Requested and allocatable: CPU in millicores, memory in bytes. */
  readonly cpu: { readonly requested: number; readonly whole: number };
  readonly memory: { readonly requested: number; readonly whole: number };
}

/** A pod that has not ended. */
export interface PodSummary {
  readonly namespace: string;
  readonly name: string;
  readonly pool: string;
  readonly phase: string;
  /** Why the pod has no host, in the scheduler's words; empty if it has one. */
  readonly pending: string;
}

/** What makes pods by itself: type and kind. */
const CONTROLLERS = [
  ["apps/v1", "DaemonSet"],
  ["apps/v1", "ReplicaSet"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "Job"],
] as const;

/** Reads from the API server what the report is made of. */
export async function readSummary(cluster: Cluster, hosts: readonly SandboxHost[]): Promise<ClusterSummary> {
  const [nodes, pods, events, services, definitions, ...controllers] = await Promise.all([
    cluster.list("v1", "Node"),
    cluster.list("v1", "Pod"),
    cluster.list("v1", "Event"),
    cluster.list("v1", "Service"),
    cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ...CONTROLLERS.map(([apiVersion, kind]) => cluster.list(apiVersion, kind)),
  ]);
  return summaryOf(hosts, { nodes, pods, events, controllers: controllers.flat(), services, definitions });
}

/** Objects of the cluster, as the API server has them. */
export interface Observed {
  readonly nodes: readonly ClusterObject[];
  readonly pods: readonly ClusterObject[];
  readonly events: readonly ClusterObject[];
  /** Objects of the kinds that make pods, each of them. */
  readonly controllers: readonly ClusterObject[];
  readonly services: readonly ClusterObject[];
  readonly definitions: readonly ClusterObject[];
}

/** Sums up the cluster's objects. */
export function summaryOf(hosts: readonly SandboxHost[], observed: Observed): ClusterSummary {
  const live = observed.pods.filter((pod) => !["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? ""));
  const poolOf = new Map(hosts.map((host) => [host.name, host.pool]));
  const nodes = new Map(observed.nodes.map((node) => [node.metadata.name, node]));
  const definitions = new Map<string, number>();
  for (const definition of observed.definitions) {
    const from = definition.metadata.annotations?.[SOURCE_ANNOTATION] ?? "elsewhere";
    definitions.set(from, (definitions.get(from) ?? 0) + 1);
  }
  return {
    hosts: hosts.map((host) => {
      const mine = live.filter((pod) => textAt(pod, "spec", "nodeName") === host.name);
      const node = nodes.get(host.name);
      const sum = (resource: "cpu" | "memory"): number => mine.reduce((total, pod) => total + requestOf(pod, resource), 0);
      return {
        name: host.name,
        pool: host.pool,
        ready: node !== undefined && conditionOf(node, "Ready")?.status === "True",
        cpu: { requested: sum("cpu"), whole: amount(fieldAt(node, "status", "allocatable", "cpu"), "cpu") },
        memory: { requested: sum("memory"), whole: amount(fieldAt(node, "status", "allocatable", "memory"), "memory") },
      };
    }),
    pods: live.map((pod) => ({
      namespace: pod.metadata.namespace ?? "",
      name: pod.metadata.name,
      pool: poolOf.get(textAt(pod, "spec", "nodeName") ?? "") ?? "",
      phase: textAt(pod, "status", "phase") ?? "Pending",
      pending:
        textAt(pod, "spec", "nodeName") === undefined
          ? (conditionOf(pod, "PodScheduled")?.message ?? "the scheduler has not looked at it yet")
          : "",
    })),
    refused: refusals(observed),
    services: observed.services
      .filter((service) => textAt(service, "spec", "type") === "LoadBalancer")
      .map((service) => ({
        name: `${service.metadata.namespace ?? ""}/${service.metadata.name}`,
        address: textAt(listAt(service, "status", "loadBalancer", "ingress")[0], "ip") ?? `pending: ${reasonFor(observed.events, service)}`,
        ports: listAt(service, "spec", "ports")
          .map((port) => String(fieldAt(port, "port")))
          .join(", "),
      })),
    definitions,
  };
}

/**
 * What the scheduler counts for a pod, in millicores or bytes: all containers together, or the largest init container if that is more;
 * sidecars count in both cases (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers).
 */
export function requestOf(pod: ClusterObject, resource: "cpu" | "memory"): number {
  const asked = (container: unknown): number => amount(fieldAt(container, "resources", "requests", resource), resource);
  const [inits, mains] = [listAt(pod, "spec", "initContainers"), listAt(pod, "spec", "containers")];
  const isSidecar = (container: unknown): boolean => textAt(container, "restartPolicy") === "Always";
  let sidecars = 0;
  let peak = 0;
  for (const init of inits) {
    peak = Math.max(peak, sidecars + asked(init));
    if (isSidecar(init)) sidecars += asked(init);
  }
  const running = mains.reduce<number>((sum, container) => sum + asked(container), sidecars);
  return Math.max(running, peak) + amount(fieldAt(pod, "spec", "overhead", resource), resource);
}

function amount(quantity: unknown, resource: "cpu" | "memory"): number {
  if (typeof quantity !== "string" && typeof quantity !== "number") return 0;
  return Number(resource === "cpu" ? millicores(String(quantity)) : bytes(String(quantity)));
}

/**
 * Controllers report as events what they may not create; the newest event of each owner holds, until the owner has all of its pods. They try
 * again, and some refusals pass, such as that of a quota which another pod changed at the same moment. An owner that is gone, as a hook of Helm is
 * once it has succeeded, lacks nothing.
 */
function refusals({ events, controllers }: Observed): ClusterSummary["refused"] {
  const short = new Set(
    controllers.filter((each) => !hasAllPods(each)).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`),
  );
  const isListed = (owner: string): boolean => CONTROLLERS.some(([, kind]) => owner.startsWith(`${kind} `));
  const found = new Map<string, { readonly owner: string; readonly reason: string; readonly at: string }>();
  for (const event of events.filter((each) => textAt(each, "reason") === "FailedCreate")) {
    const owner = `${textAt(event, "involvedObject", "kind") ?? ""} ${textAt(event, "involvedObject", "namespace") ?? ""}/${textAt(event, "involvedObject", "name") ?? ""}`;
    const when = textAt(event, "lastTimestamp") ?? textAt(event, "eventTime") ?? "";
    if ((found.get(owner)?.at ?? "") <= when)
      found.set(owner, { owner, reason: (textAt(event, "message") ?? "").replace(/^Error creating: /, ""), at: when });
  }
  return [...found.values()].filter(({ owner }) => short.has(owner) || !isListed(owner)).map(({ owner, reason }) => ({ owner, reason }));
}

/** True if a controller says that it has as many pods as it wants; false if it says nothing. */
function hasAllPods(controller: ClusterObject): boolean {
  const count = (from: "spec" | "status", field: string, otherwise = NaN): number => Number(fieldAt(controller, from, field) ?? otherwise);
  if (controller.kind === "DaemonSet") return count("status", "currentNumberScheduled") >= count("status", "desiredNumberScheduled");
  if (controller.kind === "Job") return count("status", "active", 0) + count("status", "succeeded", 0) >= count("spec", "parallelism", 1);
  return count("status", "replicas") >= count("spec", "replicas");
}

/** The message of the newest warning about an object; the server lists events by name, which says nothing about their time. */
function reasonFor(events: readonly ClusterObject[], about: ClusterObject): string {
  const when = (event: ClusterObject): string => textAt(event, "lastTimestamp") ?? "";
  const mine = events
    .filter((event) => textAt(event, "involvedObject", "uid") === about.metadata.uid && textAt(event, "type") !== "Normal")
    .sort((a, b) => when(a).localeCompare(when(b)));
  return textAt(mine.at(-1), "message") ?? "no reason was given";
}
