import * as pulumi from "@pulumi/pulumi";
import { HelmChart } from "../delivery/helm-chart";
import type { Delivery } from "../delivery/settings";
import type { Part } from "../parts";

/** Arguments of {@link Operators}. */
export interface OperatorsArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/**
 * The operators of storage in the order of the part: Rook, then its CSI drivers. The drivers are resources of an operator that Rook's chart
 * installs (https://rook.io/docs/rook/latest-release/Helm-Charts/csi-drivers-chart/). Ceph resources depend on both: without a running
 * operator nobody removes their finalizers, and their deletion hangs.
 */
export class Operators extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery }: OperatorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Operators", name, {}, opts);
    const installed: HelmChart[] = [];
    for (const [key, release] of Object.entries(part.releases))
      installed.push(new HelmChart(`${name}-${key}`, { ...release, namespace, delivery }, { parent: this, dependsOn: [...installed] }));
    this.registerOutputs({ releases: Object.values(part.releases).map(({ release }) => release) });
  }
}
