import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { IRREPLACEABLE } from "./protection";

export interface CephClusterArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** The Ceph cluster on the named disks of the named hosts. */
export class CephCluster extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: CephClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:CephCluster", name, {}, opts);
    // OSDs on recycled disks take their time; half an hour is Rook's own patience.
    const patient = { customTimeouts: { create: "30m", update: "30m" } };
    const { cluster } = installAll(name, part.objects, () => ({ parent: this, namespace, ...IRREPLACEABLE, ...patient }));
    this.registerOutputs({ cluster: cluster?.id });
  }
}
