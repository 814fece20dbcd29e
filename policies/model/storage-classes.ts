import type { Site } from "../../stacks/site/schema";
import { is, type KubernetesObject } from "./objects";

/** True for a StorageClass. */
export function isStorageClass(object: KubernetesObject): boolean {
  return is(object, "storage.k8s.io/v1", "StorageClass");
}

/** Names of the storage classes that the cluster already has, according to the site file. Nothing else is known of these classes. */
export function givenClasses({ storage, data }: Site): readonly string[] {
  return [
    ...(storage.kind === "existing" ? [storage.blockClass] : []),
    ...(storage.kind === "existing" && storage.sharedClass !== undefined ? [storage.sharedClass] : []),
    ...(data.cvmfs.kind === "csi" ? [data.cvmfs.storageClass] : []),
  ];
}
