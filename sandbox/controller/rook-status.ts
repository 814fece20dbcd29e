import type { ClusterObject } from "../cluster/client";
import { fieldAt, findObject, isReady, listAt, textAt, type World } from "../cluster/world";
import type { Blocked, Status } from "./behaviour";
import type { EventAction } from "./reconciler";

/** API group of Rook. */
export const GROUP = "ceph.rook.io";

/** Type of the Secrets that Rook makes: https://github.com/rook/rook/blob/v1.20.6/pkg/operator/k8sutil/k8sutil.go */
export const ROOK_SECRET = "kubernetes.io/rook";

/** A condition of Rook's resources. Unlike those of Kubernetes it has a heartbeat, and no observed generation. */
interface RookCondition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
  readonly lastHeartbeatTime: string;
  readonly lastTransitionTime: string;
}

/** The conditions of a resource that `keep` picks, with one of them set. */
export function rookConditions(
  resource: ClusterObject,
  condition: Pick<RookCondition, "type" | "status" | "reason" | "message">,
  keep: (each: RookCondition) => boolean = () => true,
): readonly RookCondition[] {
  const present = listAt(resource, "status", "conditions") as readonly RookCondition[];
  const before = present.find(({ type }) => type === condition.type);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const unchanged = before?.status === condition.status && before.message === condition.message;
  const { type, status, reason, message } = condition;
  const set = { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: unchanged ? before.lastTransitionTime : now };
  return [...present.filter((each) => each.type !== condition.type && keep(each)), set];
}

/** The resources of a kind in the namespace of another one. */
export function siblings(world: World, kind: string, resource: ClusterObject): readonly ClusterObject[] {
  return world.all(GROUP, kind).filter((each) => each.metadata.namespace === resource.metadata.namespace);
}

/**
 * Why Rook does not begin with a resource: it does so once its namespace has a CephCluster that is healthy
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/controller/controller_utils.go, IsReadyToReconcile).
 */
export function clusterMissing(world: World, resource: ClusterObject): readonly string[] {
  return siblings(world, "CephCluster", resource).some(isHealthy)
    ? []
    : [`no CephCluster in ${resource.metadata.namespace ?? ""} is ready`];
}

function isHealthy(cluster: ClusterObject): boolean {
  return ["HEALTH_OK", "HEALTH_WARN"].includes(textAt(cluster, "status", "ceph", "health") ?? "");
}

/** Why Rook does not begin with a resource that refers to another one. */
export function unready(world: World, kind: string, name: string | undefined, resource: ClusterObject): readonly string[] {
  return isReady(findObject(world, GROUP, kind, name ?? "", resource.metadata.namespace)) ? [] : [`${kind} ${name ?? ""} is not ready`];
}

/**
 * What Rook does first about a resource that is being deleted: without a CephCluster in its namespace, or with one whose data is being
 * destroyed, it lets the resource go unseen; while the cluster is there and not healthy, it waits.
 * @param judge why the resource cannot go although the cluster is healthy.
 */
export function inCluster(world: World, resource: ClusterObject, judge: () => Blocked | undefined): Blocked | undefined {
  const [cluster] = siblings(world, "CephCluster", resource);
  if (cluster === undefined || (isDestroyed(cluster) && cluster.metadata.deletionTimestamp !== undefined)) return undefined;
  return isHealthy(cluster) ? judge() : {};
}

/** True for a cluster whose cleanup policy says that its data goes with it. */
function isDestroyed(cluster: ClusterObject): boolean {
  return fieldAt(cluster, "spec", "cleanupPolicy", "confirmation") === "yes-really-destroy-data";
}

/**
 * The status of a resource that Rook describes by its phase: these kinds get no conditions before they are deleted. The generation counts as
 * observed once the phase is Ready.
 */
export function phaseStatus(resource: ClusterObject, lacking: readonly string[], more: Status = {}): Status {
  // A resource that was ready keeps its phase while a pod is replaced: Rook reports that as Ceph's health.
  if (lacking.length > 0 && !isReady(resource)) return { phase: "Progressing" };
  return { phase: "Ready", observedGeneration: resource.metadata.generation ?? 1, ...more };
}

/** The event of a reconcile that went well: https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/reporting/reporting.go */
export function succeeded(resource: ClusterObject, status: Status): readonly EventAction[] {
  if (!["Ready", "Connected"].includes(textAt(status, "phase") ?? "")) return [];
  return [
    {
      kind: "event",
      about: resource,
      type: "Normal",
      reason: "ReconcileSucceeded",
      message: `successfully configured ${fullName(resource)}`,
    },
  ];
}

/** The words with which Rook reports that a reconcile failed. */
export function failureOf(resource: ClusterObject, why: string): string {
  return `failed to reconcile ${fullName(resource)}. ${why}`;
}

/** Kind, namespace and name as Rook's messages have them. */
export function fullName({ kind, metadata: { namespace = "", name } }: ClusterObject): string {
  return `${kind} ${JSON.stringify(`${namespace}/${name}`)}`;
}

/** Names of dependents by what they are. */
export type Dependents = Readonly<Record<string, readonly string[]>>;

/** How Rook says that dependents keep a resource from being deleted; undefined if there are none. */
export function blockedBy(resource: ClusterObject, dependents: Dependents): Blocked | undefined {
  const listed = Object.entries(dependents)
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${kind}: [${names.join(" ")}]`)
    .sort();
  if (listed.length === 0) return undefined;
  const message = `${fullName(resource)} will not be deleted until all dependents are removed: ${listed.join(", ")}`;
  return { status: { conditions: deletionBlocked(resource, message) }, failure: failureOf(resource, message) };
}

/** The conditions of a resource whose deletion is blocked. */
export function deletionBlocked(resource: ClusterObject, message: string): unknown {
  return rookConditions(resource, { type: "DeletionIsBlocked", status: "True", reason: "ObjectHasDependents", message });
}

/** The conditions of a resource on which nothing depends. */
export function deletionUnblocked(resource: ClusterObject): readonly RookCondition[] {
  const message = `${fullName(resource)} has no dependent custom resources blocking deletion`;
  return rookConditions(resource, { type: "DeletionIsBlocked", status: "False", reason: "ObjectHasNoDependents", message });
}
