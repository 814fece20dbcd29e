import * as pulumi from "@pulumi/pulumi";
import { HelmChart } from "../delivery/helm-chart";
import type { Delivery } from "../delivery/settings";
import type { Part } from "../parts";

export interface OperatorsArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/**
 * Rook, then its CSI drivers, in the order in which the part tells them: the drivers are resources of an operator that Rook's chart brings
 * (https://rook.io/docs/rook/latest-release/Helm-Charts/ceph-csi-drivers/). Ceph resources depend on both, or their finalizers hang.
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
