import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IRREPLACEABLE, PHASE_READY } from "./ceph";
import type { RookStorage } from "./settings";
import { rbdProvisioner } from "./values";

export interface BlockArgs {
  readonly settings: RookStorage;
  readonly namespace: pulumi.Input<string>;
  readonly namespaceName: string;
}

const POOL = "replicapool";

/** Replicated block storage and the StorageClass that homes and databases use. */
export class Block extends pulumi.ComponentResource {
  readonly storageClass: pulumi.Output<string>;

  constructor(name: string, { settings, namespace, namespaceName }: BlockArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Block", name, {}, opts);
    const pool = new k8s.apiextensions.CustomResource(
      `${name}-pool`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephBlockPool",
        metadata: { name: POOL, namespace, annotations: PHASE_READY },
        spec: { failureDomain: settings.failureDomain, replicated: { size: settings.replicas, requireSafeReplicaSize: true } },
      },
      { parent: this, ...IRREPLACEABLE },
    );
    const storageClass = new k8s.storage.v1.StorageClass(
      `${name}-class`,
      {
        metadata: { name: settings.blockClass },
        provisioner: rbdProvisioner(namespaceName),
        allowVolumeExpansion: true,
        // A deleted claim keeps its volume: homes come back by hand, not from a backup.
        reclaimPolicy: "Retain",
        volumeBindingMode: "Immediate",
        parameters: classParameters(namespaceName),
      },
      { parent: this, dependsOn: [pool], protect: true },
    );
    this.storageClass = storageClass.metadata.name;
    this.registerOutputs({ storageClass: this.storageClass });
  }
}

/** Parameters as Rook's own class has them; the Secrets are made by Rook (guide storage.md §2.4). */
function classParameters(namespace: string): Record<string, string> {
  const secrets = Object.fromEntries(
    Object.entries({
      provisioner: "rook-csi-rbd-provisioner",
      "controller-expand": "rook-csi-rbd-provisioner",
      "controller-publish": "rook-csi-rbd-provisioner",
      "node-stage": "rook-csi-rbd-node",
    }).flatMap(([step, secret]) => [
      [`csi.storage.k8s.io/${step}-secret-name`, secret],
      [`csi.storage.k8s.io/${step}-secret-namespace`, namespace],
    ]),
  );
  return {
    clusterID: namespace,
    pool: POOL,
    imageFormat: "2",
    imageFeatures: "layering",
    // ext4: xfs can deadlock when an OSD and its client share a host.
    "csi.storage.k8s.io/fstype": "ext4",
    ...secrets,
  };
}
