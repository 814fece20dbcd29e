import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IRREPLACEABLE, PHASE_READY } from "./ceph";
import type { RookStorage } from "./settings";
import { IMAGE_PARAMETERS, volumeClass } from "./volume-class";

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
    const storageClass = volumeClass(
      `${name}-class`,
      { name: settings.blockClass, driver: "rbd", namespaceName, parameters: { pool: POOL, ...IMAGE_PARAMETERS } },
      { parent: this, dependsOn: [pool] },
    );
    this.storageClass = storageClass.metadata.name;
    this.registerOutputs({ storageClass: this.storageClass });
  }
}
