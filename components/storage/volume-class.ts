import type { Manifest } from "../manifest";
import { provisioner, type Driver } from "./values";

/** What determines a StorageClass whose volumes lie in Ceph. */
export interface VolumeClassSettings {
  /** Name of the StorageClass. */
  readonly name: string;
  readonly driver: Driver;
  /** Name of the Ceph cluster's namespace, which is also the cluster's id for the drivers. */
  readonly namespace: string;
  /** Parameters that say where in Ceph the volumes lie. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Makes a StorageClass whose volumes lie in Ceph. */
export function volumeClass({ name, driver, namespace, parameters }: VolumeClassSettings): Manifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: provisioner(namespace, driver),
    allowVolumeExpansion: true,
    // Deleting a claim keeps its volume, so that an operator can restore a home without a backup.
    reclaimPolicy: "Retain",
    volumeBindingMode: "Immediate",
    parameters: { clusterID: namespace, ...parameters, ...secretParameters(namespace, driver) },
  };
}

/**
 * Parameters of the images of block volumes, as in Rook's example
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/csi/rbd/storageclass.yaml).
 */
export const IMAGE_PARAMETERS = {
  imageFormat: "2",
  imageFeatures: "layering",
  // xfs can deadlock if an OSD and its client run on one host; ext4 does not.
  "csi.storage.k8s.io/fstype": "ext4",
} as const;

/**
 * Parameters that name the Secret of the user for each step of a volume's life. Rook makes these Secrets for its own cluster (same file).
 */
function secretParameters(namespace: string, driver: Driver): Readonly<Record<string, string>> {
  const users = {
    provisioner: "provisioner",
    "controller-expand": "provisioner",
    "controller-publish": "provisioner",
    "node-stage": "node",
  };
  return Object.fromEntries(
    Object.entries(users).flatMap(([step, user]) => [
      [`csi.storage.k8s.io/${step}-secret-name`, `rook-csi-${driver}-${user}`],
      [`csi.storage.k8s.io/${step}-secret-namespace`, namespace],
    ]),
  );
}
