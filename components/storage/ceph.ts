import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Nodes } from "../nodes/settings";
import type { RookStorage } from "./settings";
import { cephClusterSpec } from "./specs";

/** Nothing of Ceph may go by mistake: not by `destroy`, not by a rename (guide storage.md §2.9). */
export const IRREPLACEABLE = { protect: true, retainOnDelete: true } as const;
/** Rook reports its progress here and sets no condition for all of its kinds. */
export const PHASE_READY = { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" };

export interface CephClusterArgs {
  readonly settings: RookStorage;
  readonly nodes: Nodes;
  readonly namespace: pulumi.Input<string>;
}

/** The Ceph cluster on the named disks of the named hosts. */
export class CephCluster extends pulumi.ComponentResource {
  readonly resource: k8s.apiextensions.CustomResource;

  constructor(name: string, { settings, nodes, namespace }: CephClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:CephCluster", name, {}, opts);
    this.resource = new k8s.apiextensions.CustomResource(
      `${name}-cluster`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephCluster",
        metadata: { name: "rook-ceph", namespace, annotations: PHASE_READY },
        spec: cephClusterSpec(settings, nodes),
      },
      // OSDs on recycled disks take their time; half an hour is Rook's own patience.
      { parent: this, ...IRREPLACEABLE, customTimeouts: { create: "30m", update: "30m" } },
    );
    this.registerOutputs({});
  }
}
