import type { ClusterObject } from "../cluster/client";
import { findObject, isReady, listAt, textAt, type World } from "../cluster/world";
import { GIVEN_PROVISIONER } from "../given/given";
import { isExternal } from "./ceph-cluster";

/** End of the name of every driver of ceph-csi. */
export const CEPH_CSI_SUFFIX = ".csi.ceph.com";

/** True for the driver of block devices, false for that of file systems. */
export function isBlockDriver(provisioner: string): boolean {
  return provisioner.endsWith(`.rbd${CEPH_CSI_SUFFIX}`);
}

/** Parameters of a class, as text. */
export function parametersOf(storageClass: ClusterObject): Readonly<Record<string, string>> {
  return (storageClass["parameters"] ?? {}) as Readonly<Record<string, string>>;
}

/** Why ceph-csi would not make the volume, in its words where it has any; undefined if it would. */
export function refusal(world: World, claim: ClusterObject, storageClass: ClusterObject, provisioner: string): string | undefined {
  if (provisioner === GIVEN_PROVISIONER) return undefined;
  const block = isBlockDriver(provisioner);
  return badSecret(world, storageClass) ?? badRequest(claim, storageClass, block) ?? badBackend(world, storageClass, block);
}

/** The provisioner reads its Secret before it asks the driver, and the driver wants a user in it. */
function badSecret(world: World, storageClass: ClusterObject): string | undefined {
  const { name, namespace } = secretAt(storageClass, "provisioner");
  if (name === undefined) return invalid("provided secret is empty");
  const secret = findObject(world, "", "Secret", name, namespace);
  if (secret === undefined)
    return `error getting secret ${name} in namespace ${namespace ?? ""}: secrets ${JSON.stringify(name)} not found`;
  const missing = ["userID", "userKey"].find((key) => textAt(secret, "data", key) === undefined);
  return missing === undefined
    ? undefined
    : invalid(`missing ${missing === "userID" ? "ID" : "key"} field '${missing}' in secrets (Secret ${namespace ?? ""}/${name})`);
}

/** What the driver refuses without asking Ceph: https://github.com/ceph/ceph-csi/blob/devel/internal/rbd/controllerserver.go */
function badRequest(claim: ClusterObject, storageClass: ClusterObject, block: boolean): string | undefined {
  const parameters = parametersOf(storageClass);
  if (!parameters["clusterID"]) return invalid("empty cluster ID to provision volume from");
  const isBlock = textAt(claim, "spec", "volumeMode") === "Block";
  if (!block) return isBlock ? "rpc error: code = Unimplemented desc = block volume not supported" : undefined;
  if (!parameters["pool"]) return invalid("missing or empty pool name to provision volume from");
  if (parameters["imageFeatures"] === "") return invalid("empty imageFeatures parameter");
  if (!isBlock && listAt(claim, "spec", "accessModes").includes("ReadWriteMany")) {
    return invalid("multi node access modes are only supported on rbd `block` type volumes");
  }
  return undefined;
}

function invalid(description: string): string {
  return `Volume provisioning failed with infeasible error. Retries will be delayed. rpc error: code = InvalidArgument desc = ${description}`;
}

/** What the driver would learn from Ceph. The sandbox does not know the pools of an external one. */
function badBackend(world: World, storageClass: ClusterObject, block: boolean): string | undefined {
  const { clusterID = "", pool, fsName } = parametersOf(storageClass);
  const cluster = world.all("ceph.rook.io", "CephCluster").find((each) => each.metadata.namespace === clusterID);
  if (cluster === undefined) {
    return `rpc error: code = Internal desc = failed to fetch monitor list using clusterID (${clusterID}): missing configuration for cluster ID ${JSON.stringify(clusterID)}`;
  }
  if (!isReady(cluster)) return `stand-in for ceph-csi: CephCluster ${cluster.metadata.name} is not connected`;
  if (isExternal(cluster)) return undefined;
  const [kind, name = ""] = block ? ["CephBlockPool", pool] : ["CephFilesystem", fsName];
  if (isReady(findObject(world, "ceph.rook.io", kind, name, clusterID))) return undefined;
  return `stand-in for ceph-csi: ${kind} ${clusterID}/${name}, which StorageClass ${storageClass.metadata.name} names, is not ready`;
}

/** The Secret that a class names for a step of a volume. */
export function secretAt(
  storageClass: ClusterObject,
  step: string,
): { readonly name: string | undefined; readonly namespace: string | undefined } {
  const parameters = parametersOf(storageClass);
  return {
    name: parameters[`csi.storage.k8s.io/${step}-secret-name`],
    namespace: parameters[`csi.storage.k8s.io/${step}-secret-namespace`],
  };
}
