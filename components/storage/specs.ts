import type { CephClusterSpec, CephObjectStoreSpec, Placement } from "../operators/ceph-daemons";
import { resources } from "../workloads/kit";
import { tolerateUse, useLabel } from "../nodes/labels";
import { hostsOf, type Nodes } from "../nodes/settings";
import { RGW_SERVICE_PORT } from "./ports";
import type { RgwSettings, RookStorage } from "./settings";

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
    // Reporters of a host can run nowhere else, so they must not find it full.
    priorityClassNames: {
      all: "system-cluster-critical",
      mon: "system-node-critical",
      osd: "system-node-critical",
      mgr: "system-cluster-critical",
    },
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

/** Pools and gateways; pools outlive the store (guide storage.md §2.6). */
export function objectStoreSpec({ failureDomain, replicas }: RookStorage, { gateways }: RgwSettings, nodes: Nodes): CephObjectStoreSpec {
  const replicated = { failureDomain, replicated: { size: replicas, requireSafeReplicaSize: true } };
  return {
    metadataPool: replicated,
    dataPool: { ...replicated, parameters: { bulk: "true" } },
    preservePoolsOnDelete: true,
    gateway: {
      port: RGW_SERVICE_PORT,
      instances: gateways,
      resources: resources("1", "1Gi", "2Gi"),
      placement: cephPlacement(nodes),
      priorityClassName: "system-cluster-critical",
    },
  };
}
