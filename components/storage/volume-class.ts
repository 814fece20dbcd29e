import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { provisioner, type Driver } from "./values";

export interface VolumeClassArgs {
  /** Name of the StorageClass. */
  readonly name: string;
  readonly driver: Driver;
  /** Literal name of the cluster's namespace, which Rook takes for the cluster's id too. */
  readonly namespaceName: string;
  /** Where in Ceph the volumes lie. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A StorageClass whose volumes lie in Ceph. */
export function volumeClass(
  name: string,
  { name: className, driver, namespaceName, parameters }: VolumeClassArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.storage.v1.StorageClass {
  return new k8s.storage.v1.StorageClass(
    name,
    {
      metadata: { name: className },
      provisioner: provisioner(namespaceName, driver),
      allowVolumeExpansion: true,
      // A deleted claim keeps its volume: homes come back by hand, not from a backup.
      reclaimPolicy: "Retain",
      volumeBindingMode: "Immediate",
      parameters: { clusterID: namespaceName, ...parameters, ...secretParameters(namespaceName, driver) },
    },
    { ...opts, protect: true },
  );
}

/** How images of block volumes are made, as Rook's own class has it (guide storage.md §2.4). */
export const IMAGE_PARAMETERS = {
  imageFormat: "2",
  imageFeatures: "layering",
  // ext4: xfs can deadlock when an OSD and its client share a host.
  "csi.storage.k8s.io/fstype": "ext4",
} as const;

/** Secrets with the users of each step; for its own cluster Rook makes them (guide storage.md §2.4). */
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
