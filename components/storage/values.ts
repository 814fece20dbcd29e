import type { CsiDriversValues, DriverValues } from "../charts/ceph-csi-drivers";
import type { RookValues } from "../charts/rook-ceph";
import { resources } from "../workloads/kit";
import type { Pool } from "../nodes/settings";

/** A CSI driver of Ceph: `rbd` makes block devices, `cephfs` makes subvolumes of a file system. */
export type Driver = "rbd" | "cephfs";

/**
 * Name of a driver's provisioner. Rook's StorageClasses expect `<operator namespace>.rbd.csi.ceph.com`
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/csi/rbd/storageclass.yaml).
 */
export function provisioner(namespace: string, driver: Driver): string {
  return `${namespace}.${driver}.csi.ceph.com`;
}

/**
 * Values of Rook's chart. The resources are the chart's own
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph/values.yaml).
 */
export function rookValues(): RookValues {
  return {
    crds: { enabled: true },
    resources: resources("200m", "128Mi", "512Mi"),
    csi: { installCsiOperator: true },
    "ceph-csi-operator": { controllerManager: { manager: { resources: resources("10m", "64Mi", "128Mi") } } },
    enableDiscoveryDaemon: false,
    monitoring: { enabled: false },
  };
}

/**
 * Values of the chart of Ceph's CSI drivers. docs/sources.md, Resources of charts, says how the figures were chosen.
 * @param namespace name of Rook's namespace.
 * @param taints taints of all hosts, because a driver runs wherever a pod may mount a volume.
 */
export function csiDriversValues(namespace: string, taints: Pool["taints"], drivers: readonly Driver[]): CsiDriversValues {
  const driver = (type: Driver): DriverValues => ({
    enabled: drivers.includes(type),
    name: provisioner(namespace, type),
    // The chart's default keeps seven files of up to 10 GB for each plugin in a folder of every host, which no figure of the site file
    // accounts for. Without it the kubelet rotates the logs, as it does for every other container.
    log: { verbosity: 0, rotation: { enabled: false } },
    // A snapshotter needs the definitions and the controller of snapshots, which the facility does not install.
    snapshotPolicy: "none",
    nodePlugin: {
      priorityClassName: "system-node-critical",
      resources: { plugin: resources("100m", "128Mi", "512Mi"), registrar: resources("10m", "32Mi", "64Mi") },
      tolerations: [...new Set(taints.map(({ key }) => key))].map((key) => ({ key, operator: "Exists" })),
    },
    controllerPlugin: {
      priorityClassName: "system-cluster-critical",
      replicas: 2,
      resources: { plugin: resources("100m", "128Mi", "256Mi"), attacher: SIDECAR, provisioner: SIDECAR, resizer: SIDECAR },
    },
  });
  return {
    operatorConfig: { namespace, driverSpecDefaults: { imageSet: { name: "rook-csi-operator-image-set-configmap" } } },
    drivers: {
      rbd: driver("rbd"),
      cephfs: driver("cephfs"),
      nfs: { enabled: false, name: `${namespace}.nfs.csi.ceph.com` },
      nvmeof: { enabled: false, name: `${namespace}.nvmeof.csi.ceph.com` },
    },
  };
}

/** Resources of a sidecar of a driver's controller. */
const SIDECAR = resources("10m", "64Mi", "128Mi");
