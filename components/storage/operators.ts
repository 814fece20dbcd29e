import * as pulumi from "@pulumi/pulumi";
import { cephCsiDrivers } from "../charts/ceph-csi-drivers";
import { HelmChart } from "../delivery/helm-chart";
import { rookCeph } from "../charts/rook-ceph";
import type { Delivery } from "../delivery/settings";
import type { Pool } from "../nodes/settings";
import { csiDriversValues, rookValues, type Driver } from "./values";

export interface OperatorsArgs {
  readonly namespace: pulumi.Input<string>;
  /** The namespace's literal name: it is part of the drivers' names. */
  readonly namespaceName: string;
  readonly delivery: Delivery;
  /** Taints of the site's pools, so that volumes can be mounted on every host. */
  readonly taints: Pool["taints"];
  /** What the site's classes need. */
  readonly drivers: readonly Driver[];
}

/** Rook, then its CSI drivers: the order is upstream's (guide storage.md §1, finding 4). Ceph resources depend on both, or their finalizers hang. */
export class Operators extends pulumi.ComponentResource {
  constructor(name: string, args: OperatorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Operators", name, {}, opts);
    const { namespace, namespaceName, delivery, taints, drivers } = args;
    const rook = new HelmChart(
      `${name}-rook-ceph`,
      { chart: rookCeph, release: "rook-ceph", namespace, values: rookValues(), delivery },
      { parent: this },
    );
    new HelmChart(
      `${name}-ceph-csi-drivers`,
      { chart: cephCsiDrivers, release: "ceph-csi-drivers", namespace, values: csiDriversValues(namespaceName, taints, drivers), delivery },
      { parent: this, dependsOn: [rook] },
    );
    this.registerOutputs({});
  }
}
