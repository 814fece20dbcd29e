import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CephClusterSpec, Placement } from "../charts/ceph-daemons";
import { resources } from "../charts/workload";
import { tolerateUse, useLabel } from "../nodes/labels";
import { hostsOf, type Nodes } from "../nodes/settings";
import type { RookStorage } from "./settings";

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

/** Where Ceph's daemons may run: on hosts with the use `ceph`, taints of their pools tolerated. */
export function cephPlacement(nodes: Nodes): Placement {
  const tolerations = tolerateUse(nodes, "ceph");
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: useLabel("ceph"), operator: "In", values: ["true"] }] }],
      },
    },
    ...(tolerations.length > 0 && { tolerations }),
  };
}

/** The whole spec; figures are the charts' defaults (guide chart-footprints.md §4), settings those of storage.md §2.3. */
export function cephClusterSpec({ devices, cephImage }: RookStorage, nodes: Nodes): CephClusterSpec {
  const hosts = hostsOf(nodes).filter(({ pool }) => devices[pool] !== undefined);
  return {
    cephVersion: { image: cephImage, allowUnsupported: false },
    dataDirHostPath: "/var/lib/rook",
    mon: { count: 3, allowMultiplePerNode: false },
    mgr: { count: 2, allowMultiplePerNode: false, modules: [{ name: "rook", enabled: true }] },
    dashboard: { enabled: true, ssl: true },
    crashCollector: { disable: false },
    logCollector: { enabled: true, periodicity: "daily", maxLogSize: "500M" },
    cleanupPolicy: { confirmation: "", allowUninstallWithVolumes: false },
    removeOSDsIfOutAndSafeToRemove: false,
    skipUpgradeChecks: false,
    continueUpgradeAfterChecksEvenIfNotHealthy: false,
    upgradeOSDRequiresHealthyPGs: true,
    disruptionManagement: { managePodBudgets: true, osdMaintenanceTimeout: 30 },
    network: { connections: { requireMsgr2: true, encryption: { enabled: false }, compression: { enabled: false } } },
    placement: { all: cephPlacement(nodes) },
    priorityClassNames: { mon: "system-node-critical", osd: "system-node-critical", mgr: "system-cluster-critical" },
    resources: {
      mon: resources("1", "1Gi", "2Gi"),
      mgr: resources("500m", "512Mi", "1Gi"),
      // The limit is what the OSD sizes its cache by.
      osd: resources("1", "4Gi"),
      crashcollector: resources("100m", "60Mi"),
      exporter: resources("50m", "50Mi", "128Mi"),
      logcollector: resources("100m", "100Mi", "1Gi"),
      "mgr-sidecar": resources("100m", "40Mi", "100Mi"),
      // No limit: preparing a large disk may take what it needs.
      prepareosd: { requests: { cpu: "500m", memory: "50Mi" } },
    },
    storage: {
      useAllNodes: false,
      useAllDevices: false,
      nodes: hosts.map(({ name, pool }) => ({
        name,
        devices: (devices[pool] ?? []).map((device) => ({ name: device.path, config: { deviceClass: device.class } })),
      })),
    },
  };
}
