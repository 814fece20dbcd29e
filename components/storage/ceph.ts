import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { IRREPLACEABLE } from "./protection";

/** Arguments of {@link CephCluster}. */
export interface CephClusterArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** The facility's own Ceph cluster, on the disks that the site file names. */
export class CephCluster extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: CephClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:CephCluster", name, {}, opts);
    // Preparing the disks of a whole cluster takes minutes for each host. We chose half an hour, three times Pulumi's default of 10
    // minutes.
    const patient = { customTimeouts: { create: "30m", update: "30m" } };
    const { cluster } = installAll(name, part.objects, () => ({ parent: this, namespace, ...IRREPLACEABLE, ...patient }));
    this.registerOutputs({ cluster: cluster?.id });
  }
}
