import type { Manifest } from "../manifest";
import { provisioner, type Driver } from "./values";

/** What a StorageClass of Ceph follows from. */
export interface VolumeClassSettings {
  /** Name of the StorageClass. */
  readonly name: string;
  readonly driver: Driver;
  /** Name of the cluster's namespace, which Rook takes for the cluster's id too. */
  readonly namespace: string;
  /** Where in Ceph the volumes lie. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A StorageClass whose volumes lie in Ceph. */
export function volumeClass({ name, driver, namespace, parameters }: VolumeClassSettings): Manifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: provisioner(namespace, driver),
    allowVolumeExpansion: true,
    // A deleted claim keeps its volume: homes come back by hand, not from a backup.
    reclaimPolicy: "Retain",
    volumeBindingMode: "Immediate",
    parameters: { clusterID: namespace, ...parameters, ...secretParameters(namespace, driver) },
  };
}

/** How images of block volumes are made, as Rook's own class has it (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/csi/rbd/storageclass.yaml). */
export const IMAGE_PARAMETERS = {
  imageFormat: "2",
  imageFeatures: "layering",
  // ext4: xfs can deadlock when an OSD and its client share a host.
  "csi.storage.k8s.io/fstype": "ext4",
} as const;

/** Secrets with the users of each step; for its own cluster Rook makes them (same file). */
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
