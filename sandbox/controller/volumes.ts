import type { ClusterObject } from "../cluster/client";
import { fieldAt, findObject, isReady, listAt, textAt, type World } from "../cluster/world";
import type { Action, Reconciler } from "./reconciler";
import { GIVEN_PROVISIONER } from "../given/given";
import { provisionerRuns } from "./operator";
import { isExternal } from "./rook";

/**
 * Kubernetes' volume controller sets it on a claim whose volume a provisioner is to make:
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#volume-kubernetes-io-storage-provisioner
 */
const PROVISIONER_ANNOTATION = "volume.kubernetes.io/storage-provisioner";
const CEPH_CSI_SUFFIX = ".csi.ceph.com";

/** Plays the provisioners of ceph-csi and of the cluster's own storage classes: a claim gets a volume that is bound to it. */
export const claims: Reconciler = {
  name: "PersistentVolumeClaim",
  subjects: (world) =>
    world
      .all("", "PersistentVolumeClaim")
      .filter(
        (claim) => textAt(claim, "status", "phase") === "Pending" && textAt(claim, "spec", "volumeName") === undefined && served(claim),
      ),
  actions: (world, claim) => {
    const provisioner = claim.metadata.annotations?.[PROVISIONER_ANNOTATION] ?? "";
    if (!provisionerRuns(world, provisioner)) return [];
    const storageClass = findObject(world, "storage.k8s.io", "StorageClass", textAt(claim, "spec", "storageClassName") ?? "");
    if (storageClass === undefined) return [];
    const problem = refusal(world, claim, storageClass, provisioner);
    if (problem !== undefined) return [{ kind: "event", about: claim, reason: "ProvisioningFailed", message: problem }];
    return [{ kind: "apply", object: volumeOf(claim, storageClass, provisioner) }];
  },
};

function served(claim: ClusterObject): boolean {
  return isPlayed(claim.metadata.annotations?.[PROVISIONER_ANNOTATION]);
}

function isPlayed(provisioner = ""): boolean {
  return provisioner.endsWith(CEPH_CSI_SUFFIX) || provisioner === GIVEN_PROVISIONER;
}

/** Why ceph-csi would not make the volume; undefined if it would. */
function refusal(world: World, claim: ClusterObject, storageClass: ClusterObject, provisioner: string): string | undefined {
  if (provisioner === GIVEN_PROVISIONER) return undefined;
  const cluster = textAt(storageClass, "parameters", "clusterID") ?? "";
  const [kind, parameter] = provisioner.endsWith(`.rbd${CEPH_CSI_SUFFIX}`) ? ["CephBlockPool", "pool"] : ["CephFilesystem", "fsName"];
  const name = textAt(storageClass, "parameters", parameter) ?? "";
  if (
    kind === "CephBlockPool" &&
    textAt(claim, "spec", "volumeMode") !== "Block" &&
    listAt(claim, "spec", "accessModes").includes("ReadWriteMany")
  ) {
    return "stand-in for ceph-csi: a block device with a filesystem cannot be ReadWriteMany; use a class of the cephfs driver";
  }
  const external = world.all("ceph.rook.io", "CephCluster").find((each) => each.metadata.namespace === cluster && isExternal(each));
  if (external) return refusalOfExternal(world, external, storageClass);
  if (isReady(findObject(world, "ceph.rook.io", kind, name, cluster))) return undefined;
  return `stand-in for ceph-csi: ${kind} ${cluster}/${name}, which StorageClass ${storageClass.metadata.name} names, is not ready`;
}

/** Why a volume of an external Ceph cannot be made. The sandbox does not know its pools, but the Secret of the class must name a user. */
function refusalOfExternal(world: World, cluster: ClusterObject, storageClass: ClusterObject): string | undefined {
  if (!isReady(cluster)) return `stand-in for ceph-csi: CephCluster ${cluster.metadata.name} is not connected`;
  const name = textAt(storageClass, "parameters", "csi.storage.k8s.io/provisioner-secret-name") ?? "";
  const namespace = textAt(storageClass, "parameters", "csi.storage.k8s.io/provisioner-secret-namespace") ?? "";
  const secret = findObject(world, "", "Secret", name, namespace);
  const missing = ["userID", "userKey"].filter((key) => textAt(secret, "data", key) === undefined);
  return missing.length === 0 ? undefined : `stand-in for ceph-csi: Secret ${namespace}/${name} has no ${missing.join(" and ")}`;
}

/** The volume of a claim, named after the claim's uid as by the real provisioner, so that a second attempt makes no second volume. */
export function volumeOf(claim: ClusterObject, storageClass: ClusterObject, provisioner: string): ClusterObject {
  const { name, namespace, uid } = claim.metadata;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${uid ?? ""}`, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      accessModes: listAt(claim, "spec", "accessModes"),
      capacity: { storage: fieldAt(claim, "spec", "resources", "requests", "storage") },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      persistentVolumeReclaimPolicy: textAt(storageClass, "reclaimPolicy") ?? "Delete",
      storageClassName: storageClass.metadata.name,
      volumeMode: textAt(claim, "spec", "volumeMode") ?? "Filesystem",
      csi: {
        driver: provisioner,
        volumeHandle: `stand-in-${uid ?? ""}`,
        volumeAttributes: Object.fromEntries(
          Object.entries((storageClass["parameters"] ?? {}) as Readonly<Record<string, string>>).filter(
            ([key]) => !key.startsWith("csi.storage.k8s.io/"),
          ),
        ),
      },
    },
  };
}

/** Plays the end of a volume: once its claim is gone, it is deleted if its class says Delete, and kept if it says Retain. */
export const releasedVolumes: Reconciler = {
  name: "PersistentVolume",
  subjects: (world) =>
    world
      .all("", "PersistentVolume")
      .filter(
        (volume) =>
          textAt(volume, "status", "phase") === "Released" &&
          textAt(volume, "spec", "persistentVolumeReclaimPolicy") === "Delete" &&
          isPlayed(textAt(volume, "spec", "csi", "driver")) &&
          volume.metadata.deletionTimestamp === undefined,
      ),
  actions: (world, volume): readonly Action[] =>
    provisionerRuns(world, textAt(volume, "spec", "csi", "driver") ?? "")
      ? [{ kind: "delete", key: { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: volume.metadata.name } } }]
      : [],
};
