import type { Site } from "../../stacks/site/schema";
import { is, type KubernetesObject } from "./objects";

export function isStorageClass(object: KubernetesObject): boolean {
  return is(object, "storage.k8s.io/v1", "StorageClass");
}

/** Classes that the cluster came with, by the site's inventory; all that is known of them is that they are there. */
export function givenClasses({ storage, data }: Site): readonly string[] {
  return [
    ...(storage.kind === "existing" ? [storage.blockClass] : []),
    ...(storage.kind === "existing" && storage.sharedClass !== undefined ? [storage.sharedClass] : []),
    ...(data.cvmfs.kind === "csi" ? [data.cvmfs.storageClass] : []),
  ];
}
