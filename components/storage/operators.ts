import * as pulumi from "@pulumi/pulumi";
import { cephCsiDrivers, type CsiDriversValues } from "../charts/ceph-csi-drivers";
import { HelmChart } from "../charts/helm-chart";
import { rookCeph, type RookValues } from "../charts/rook-ceph";
import type { Delivery } from "../charts/settings";
import { resources } from "../charts/workload";
import type { Pool } from "../nodes/settings";

export interface OperatorsArgs {
  readonly namespace: pulumi.Input<string>;
  /** The namespace's literal name: it is part of the drivers' names. */
  readonly namespaceName: string;
  readonly delivery: Delivery;
  /** Taints of the site's pools, so that volumes can be mounted on every host. */
  readonly taints: Pool["taints"];
}

/** Rook, then its CSI drivers: the order is upstream's (guide storage.md §1, finding 4). Ceph resources depend on both, or their finalizers hang. */
export class Operators extends pulumi.ComponentResource {
  constructor(name: string, { namespace, namespaceName, delivery, taints }: OperatorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Operators", name, {}, opts);
    const rook = new HelmChart(
      `${name}-rook-ceph`,
      { chart: rookCeph, release: "rook-ceph", namespace, values: rookValues(), delivery },
      { parent: this },
    );
    new HelmChart(
      `${name}-ceph-csi-drivers`,
      { chart: cephCsiDrivers, release: "ceph-csi-drivers", namespace, values: csiDriversValues(namespaceName, taints), delivery },
      { parent: this, dependsOn: [rook] },
    );
    this.registerOutputs({});
  }
}

/** Provisioner of block volumes: Rook's convention, `<operator namespace>.rbd.csi.ceph.com`. */
export function rbdProvisioner(namespace: string): string {
  return `${namespace}.rbd.csi.ceph.com`;
}

export function rookValues(): RookValues {
  return {
    crds: { enabled: true },
    // The chart's own figures (guide chart-footprints.md §3).
    resources: resources("200m", "128Mi", "512Mi"),
    csi: { installCsiOperator: true },
    "ceph-csi-operator": { controllerManager: { manager: { resources: resources("10m", "64Mi", "128Mi") } } },
    enableDiscoveryDaemon: false,
    monitoring: { enabled: false },
  };
}

export function csiDriversValues(namespace: string, taints: Pool["taints"]): CsiDriversValues {
  const sidecar = resources("10m", "64Mi", "128Mi");
  return {
    operatorConfig: {
      namespace,
      driverSpecDefaults: {
        imageSet: { name: "rook-csi-operator-image-set-configmap" },
        nodePlugin: {
          priorityClassName: "system-node-critical",
          resources: { plugin: resources("100m", "128Mi", "512Mi"), registrar: resources("10m", "32Mi", "64Mi") },
          tolerations: [...new Set(taints.map(({ key }) => key))].map((key) => ({ key, operator: "Exists" as const })),
        },
        controllerPlugin: {
          priorityClassName: "system-cluster-critical",
          replicas: 2,
          resources: {
            plugin: resources("100m", "128Mi", "256Mi"),
            attacher: sidecar,
            provisioner: sidecar,
            resizer: sidecar,
            snapshotter: sidecar,
          },
        },
      },
    },
    drivers: {
      rbd: { enabled: true, name: rbdProvisioner(namespace) },
      cephfs: { enabled: false, name: `${namespace}.cephfs.csi.ceph.com` },
      nfs: { enabled: false, name: `${namespace}.nfs.csi.ceph.com` },
      nvmeof: { enabled: false, name: `${namespace}.nvmeof.csi.ceph.com` },
    },
  };
}
