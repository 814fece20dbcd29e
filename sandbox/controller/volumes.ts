import { bytes, dividedUp } from "../../capacity/quantity";
import type { ClusterObject } from "../cluster/client";
import { findObject, listAt, textAt } from "../cluster/world";
import { GIVEN_PROVISIONER } from "../given/given";
import { provisionerRuns } from "./operator";
import { removeFinalizer, type Action, type EventAction, type Reconciler } from "./reconciler";
import { CEPH_CSI_SUFFIX, isBlockDriver, parametersOf, refusal, secretAt } from "./volume-refusal";

/**
 * Kubernetes' volume controller sets it on a claim whose volume a provisioner is to make:
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#volume-kubernetes-io-storage-provisioner
 */
const PROVISIONER_ANNOTATION = "volume.kubernetes.io/storage-provisioner";

/**
 * On a volume whose data goes with it, until the data is gone; and where the Secret is that the deletion needs:
 * https://github.com/kubernetes-sigs/sig-storage-lib-external-provisioner/blob/v13.0.0/controller/controller.go
 */
const FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";
const DELETION_SECRET = "volume.kubernetes.io/provisioner-deletion-secret-name";
const DELETION_SECRET_NAMESPACE = "volume.kubernetes.io/provisioner-deletion-secret-namespace";

/** The steps of a volume for which a StorageClass names a Secret, by the field of the volume in which it ends up. */
const SECRET_STEPS = {
  controllerPublishSecretRef: "controller-publish",
  nodeStageSecretRef: "node-stage",
  nodePublishSecretRef: "node-publish",
  controllerExpandSecretRef: "controller-expand",
  nodeExpandSecretRef: "node-expand",
} as const;

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
    if (problem !== undefined) return [event(claim, "Warning", "ProvisioningFailed", problem)];
    const object = volumeOf(claim, storageClass, provisioner);
    if (findObject(world, "", "PersistentVolume", object.metadata.name) !== undefined) return [];
    const { namespace = "default", name } = claim.metadata;
    return [
      event(claim, "Normal", "Provisioning", `External provisioner is provisioning volume for claim "${namespace}/${name}"`),
      { kind: "apply", object },
      event(claim, "Normal", "ProvisioningSucceeded", `Successfully provisioned volume ${object.metadata.name}`),
    ];
  },
};

function event(about: ClusterObject, type: "Normal" | "Warning", reason: string, message: string): EventAction {
  return { kind: "event", about, type, reason, message };
}

function served(claim: ClusterObject): boolean {
  return isPlayed(claim.metadata.annotations?.[PROVISIONER_ANNOTATION]);
}

function isPlayed(provisioner = ""): boolean {
  return provisioner.endsWith(CEPH_CSI_SUFFIX) || provisioner === GIVEN_PROVISIONER;
}

const MEBIBYTE = 2n ** 20n;
const GIBIBYTE = 2n ** 30n;

/**
 * The size of an image or a subvolume, which ceph-csi rounds up: to whole mebibytes, a subvolume to four of them, and from one gibibyte on to
 * whole gibibytes (https://github.com/ceph/ceph-csi/blob/devel/internal/util/util.go, RoundOffBytes, RoundOffCephFSVolSize).
 */
export function roundedUp(size: string, block: boolean): string {
  const up = (amount: bigint, unit: bigint): bigint => dividedUp(amount, unit) * unit;
  const wanted = up(bytes(size), block ? MEBIBYTE : 4n * MEBIBYTE);
  const rounded = wanted < GIBIBYTE ? wanted : up(wanted, GIBIBYTE);
  return rounded % GIBIBYTE === 0n ? `${rounded / GIBIBYTE}Gi` : `${rounded / MEBIBYTE}Mi`;
}

/** The volume of a claim, named after the claim's uid as by the real provisioner, so that a second attempt makes no second volume. */
export function volumeOf(claim: ClusterObject, storageClass: ClusterObject, provisioner: string): ClusterObject {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const size = textAt(claim, "spec", "resources", "requests", "storage") ?? "0";
  const policy = textAt(storageClass, "reclaimPolicy") ?? "Delete";
  const secret = secretAt(storageClass, "provisioner");
  const mountOptions = listAt(storageClass, "mountOptions");
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: `pvc-${uid ?? ""}`,
      annotations: {
        "pv.kubernetes.io/provisioned-by": provisioner,
        [DELETION_SECRET]: secret.name ?? "",
        [DELETION_SECRET_NAMESPACE]: secret.namespace ?? "",
      },
      // The provisioner takes it off again where the data is to stay.
      ...(policy === "Delete" ? { finalizers: [FINALIZER] } : {}),
    },
    spec: {
      accessModes: listAt(claim, "spec", "accessModes"),
      capacity: { storage: provisioner === GIVEN_PROVISIONER ? size : roundedUp(size, isBlockDriver(provisioner)) },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name,
        namespace,
        uid,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      persistentVolumeReclaimPolicy: policy,
      storageClassName: storageClass.metadata.name,
      volumeMode: textAt(claim, "spec", "volumeMode") ?? "Filesystem",
      ...(mountOptions.length === 0 ? {} : { mountOptions }),
      csi: csiSource(claim, storageClass, provisioner),
    },
  };
}

function csiSource(claim: ClusterObject, storageClass: ClusterObject, provisioner: string): object {
  const uid = claim.metadata.uid ?? "";
  const parameters = parametersOf(storageClass);
  const own = Object.fromEntries(Object.entries(parameters).filter(([key]) => !key.startsWith("csi.storage.k8s.io/")));
  const fsType = parameters["csi.storage.k8s.io/fstype"];
  const image = isBlockDriver(provisioner)
    ? { imageName: `csi-vol-${uid}`, journalPool: parameters["pool"] ?? "" }
    : { subvolumeName: `csi-vol-${uid}` };
  const secrets = Object.entries(SECRET_STEPS).flatMap(([field, step]) => {
    const { name, namespace } = secretAt(storageClass, step);
    return name === undefined ? [] : [[field, { name, namespace }] as const];
  });
  return {
    driver: provisioner,
    volumeHandle: `stand-in-${uid}`,
    ...(fsType === undefined || textAt(claim, "spec", "volumeMode") === "Block" ? {} : { fsType }),
    ...Object.fromEntries(secrets),
    volumeAttributes: {
      "storage.kubernetes.io/csiProvisionerIdentity": `sandbox-${provisioner}`,
      ...(provisioner === GIVEN_PROVISIONER ? {} : image),
      ...own,
    },
  };
}

/**
 * Plays the end of a volume: once its claim is gone, it is deleted if its class says Delete, and kept if it says Retain. The driver needs the
 * Secret of its class for that.
 */
export const releasedVolumes: Reconciler = {
  name: "PersistentVolume",
  subjects: (world) =>
    world
      .all("", "PersistentVolume")
      .filter(
        (volume) =>
          textAt(volume, "status", "phase") === "Released" &&
          textAt(volume, "spec", "persistentVolumeReclaimPolicy") === "Delete" &&
          isPlayed(textAt(volume, "spec", "csi", "driver")),
      ),
  actions: (world, volume): readonly Action[] => {
    if (!provisionerRuns(world, textAt(volume, "spec", "csi", "driver") ?? "")) return [];
    const name = volume.metadata.annotations?.[DELETION_SECRET] ?? "";
    const namespace = volume.metadata.annotations?.[DELETION_SECRET_NAMESPACE];
    if (name !== "" && findObject(world, "", "Secret", name, namespace) === undefined) {
      const message = `rpc error: code = InvalidArgument desc = provided secret is empty (Secret ${namespace ?? ""}/${name} does not exist)`;
      return [event(volume, "Warning", "VolumeFailedDelete", message)];
    }
    if (volume.metadata.deletionTimestamp !== undefined) return removeFinalizer(volume, FINALIZER);
    return [{ kind: "delete", key: { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: volume.metadata.name } } }];
  },
};
