import { createHash } from "node:crypto";
import type { ClusterObject } from "../cluster/client";
import { fieldAt, findObject, isReady, textAt, type World } from "../cluster/world";
import type { Behaviour, Status } from "./behaviour";
import { blockedBy, deletionUnblocked, failureOf, fullName, ROOK_SECRET, rookConditions, siblings, succeeded } from "./rook-status";
import { madeUpKey, secretOf } from "./rook-secrets";

/**
 * Kinds that belong to a CephCluster: Rook does not let the cluster be deleted while one of them exists
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/dependents.go).
 */
const IN_CLUSTER = [
  "CephBlockPool",
  "CephRBDMirror",
  "CephFilesystem",
  "CephFilesystemMirror",
  "CephObjectStore",
  "CephObjectStoreUser",
  "CephObjectZone",
  "CephObjectZoneGroup",
  "CephObjectRealm",
  "CephNFS",
  "CephClient",
  "CephBucketTopic",
  "CephBucketNotification",
  "CephFilesystemSubVolumeGroup",
  "CephBlockPoolRadosNamespace",
] as const;

/** The Secrets that Rook makes for ceph-csi, by the user that they name. */
const CSI_USERS = ["csi-rbd-provisioner", "csi-rbd-node", "csi-cephfs-provisioner", "csi-cephfs-node"] as const;

/** True if a volume of a provisioner has that attribute; a deletion would lose its data. */
export function hasVolumes(world: World, provisioner: string, attribute: string, value: string): boolean {
  return world
    .all("", "PersistentVolume")
    .some(
      (volume) =>
        textAt(volume, "spec", "csi", "driver") === provisioner && textAt(volume, "spec", "csi", "volumeAttributes", attribute) === value,
    );
}

/** True for a CephCluster that runs elsewhere and is only connected to. */
export function isExternal(cluster: ClusterObject): boolean {
  return fieldAt(cluster, "spec", "external", "enable") === true;
}

/** What is missing of the ConfigMap and the Secret that Rook reads before it connects to an external cluster. */
function connection(world: World, namespace: string | undefined): readonly string[] {
  const endpoints = findObject(world, "", "ConfigMap", "rook-ceph-mon-endpoints", namespace);
  const identity = findObject(world, "", "Secret", "rook-ceph-mon", namespace);
  return [
    ...(textAt(endpoints, "data", "data") === undefined ? ["ConfigMap rook-ceph-mon-endpoints names no monitors"] : []),
    ...["fsid", "ceph-username", "ceph-secret"]
      .filter((key) => textAt(identity, "data", key) === undefined)
      .map((key) => `Secret rook-ceph-mon has no ${key}`),
  ];
}

/**
 * A phase of a CephCluster with the condition, the state and the message that go with it. Conditions about progress go with the next phase,
 * those about what was reached stay: https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/controller/conditions.go
 */
function clusterPhase(each: ClusterObject, phase: string, state: string, reason: string, message: string): Status {
  const conditions = rookConditions(
    each,
    { type: phase, status: "True", reason, message },
    (other) => ["ClusterCreated", "ClusterConnected"].includes(other.reason) || ["Deleting", "DeletionIsBlocked"].includes(other.type),
  );
  return { phase, state, message, conditions };
}

/** What is told of a Ceph cluster that works. Capacity and versions of daemons are left out, because there are none. */
function health(each: ClusterObject): Status {
  const image = textAt(each, "spec", "cephVersion", "image");
  const tag = image?.slice(image.lastIndexOf(":") + 1).replace(/^v/, "");
  return {
    ceph: { health: "HEALTH_OK", fsid: fsidOf(each), lastChecked: new Date().toISOString().replace(/\.\d+Z$/, "Z") },
    ...(image === undefined ? {} : { version: { image, version: `${tag ?? ""}-0` } }),
  };
}

/** A made-up identifier of a Ceph cluster that stays the same. */
function fsidOf(each: ClusterObject): string {
  const hash = createHash("sha256")
    .update(each.metadata.uid ?? each.metadata.name)
    .digest("hex");
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
}

/** What Rook does about a CephCluster: https://github.com/rook/rook/tree/v1.20.6/pkg/operator/ceph/cluster */
export const cephCluster: Behaviour = {
  finalizer: "cephcluster.ceph.rook.io",
  needs: (world, each) => (isExternal(each) ? connection(world, each.metadata.namespace) : []),
  blocked: (world, each) => {
    const deleting = clusterPhase(each, "Deleting", "Deleting", "ClusterDeleting", "Deleting the CephCluster");
    const going = { ...each, status: { ...(each["status"] as object | undefined), ...deleting } };
    const children = Object.fromEntries(IN_CLUSTER.map((kind) => [kind, siblings(world, kind, each).map(({ metadata }) => metadata.name)]));
    const dependent = blockedBy(going, children);
    if (dependent !== undefined) return { ...dependent, status: { ...deleting, ...dependent.status } };
    if (fieldAt(each, "spec", "cleanupPolicy", "allowUninstallWithVolumes") === true || !volumesOf(world, each)) return undefined;
    const namespace = JSON.stringify(each.metadata.namespace ?? "");
    return {
      status: { ...deleting, conditions: deletionUnblocked(going) },
      failure: failureOf(
        each,
        `failed to clean up ${fullName(each)}: failed to check if volumes exist for CephCluster in namespace ${namespace}: waiting for csi volume attachments in cluster ${namespace} to be cleaned up`,
      ),
    };
  },
  products: (_, each) =>
    isExternal(each)
      ? []
      : CSI_USERS.map((user) => secretOf(each, `rook-${user}`, { userID: user, userKey: madeUpKey(each, user) }, ROOK_SECRET)),
  status: (each, lacking) => {
    if (isExternal(each)) {
      if (lacking.length > 0 && !isReady(each)) {
        const message = `Attempting to connect to an external Ceph cluster (waiting: ${lacking.slice(0, 5).join("; ")})`;
        return clusterPhase(each, "Connecting", "Connecting", "ClusterConnecting", message);
      }
      const message = "Cluster connected successfully (stand-in: nobody was asked)";
      // Rook observes the generation of a cluster of its own only.
      return { ...clusterPhase(each, "Connected", "Connected", "ClusterConnected", message), ...health(each) };
    }
    if (lacking.length > 0 && !isReady(each)) {
      const message = `Configuring the Ceph cluster (waiting: ${lacking.slice(0, 5).join("; ")})`;
      return clusterPhase(each, "Progressing", "Creating", "ClusterProgressing", message);
    }
    const message = "Cluster created successfully (stand-in: no Ceph runs)";
    const observedGeneration = each.metadata.generation ?? 1;
    return { ...clusterPhase(each, "Ready", "Created", "ClusterCreated", message), observedGeneration, ...health(each) };
  },
  events: succeeded,
};

/** True if a driver of ceph-csi has made a volume in a cluster. */
function volumesOf(world: World, cluster: ClusterObject): boolean {
  const namespace = cluster.metadata.namespace ?? "";
  return ["rbd", "cephfs"].some((driver) => hasVolumes(world, `${namespace}.${driver}.csi.ceph.com`, "clusterID", namespace));
}
