import type { CephClusterSpec, CephDevice, CephObjectStoreSpec, Placement } from "../operators/ceph-specs";
import { LOG_COLLECTOR } from "../operators/ceph-pods";
import { resources } from "../workloads/kit";
import { tolerateUse, useLabel } from "../nodes/labels";
import { hostsOf, type Host, type Nodes } from "../nodes/settings";
import { RGW_SERVICE_PORT } from "./ports";
import type { RgwSettings, RookStorage } from "./settings";

/** Placement of Ceph's daemons: they run on the hosts with the use `ceph` and tolerate the taints of their pools. */
function cephPlacement(nodes: Nodes): Placement {
  return placementOn(useLabel("ceph"), "true", tolerateUse(nodes, "ceph"));
}

/** Placement of daemons on the hosts with a label, whose taints they tolerate. */
export function placementOn(label: string, value: string, tolerations: NonNullable<Placement["tolerations"]>): Placement {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: label, operator: "In", values: [value] }] }],
      },
    },
    ...(tolerations.length > 0 && { tolerations }),
  };
}

/**
 * A placement that keeps the pods of one daemon on different hosts, as in Rook's examples: `always`, or as far as there are hosts.
 * @param app value of the label `app` of these pods.
 */
export function apart(placement: Placement, app: string, always: boolean): Placement {
  const term = {
    labelSelector: { matchExpressions: [{ key: "app", operator: "In", values: [app] }] },
    topologyKey: "kubernetes.io/hostname",
  };
  return {
    ...placement,
    podAntiAffinity: always
      ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
      : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
  };
}

/** Everything that decides a CephCluster of this project. */
export interface ClusterChoice {
  readonly cephImage: string;
  readonly csiKeys: RookStorage["csiKeys"];
  /** Folder on the hosts. Two clusters on one host must not share it. */
  readonly dataDirHostPath: string;
  readonly placement: Placement;
  /** The hosts with disks. */
  readonly hosts: readonly Host[];
  /** Disks of each of these hosts. */
  readonly devicesOf: (host: Host) => RookStorage["devices"][string];
}

/** Spec of the facility's own CephCluster. */
export function cephClusterSpec({ devices, cephImage, csiKeys }: RookStorage, nodes: Nodes): CephClusterSpec {
  return clusterSpec({
    cephImage,
    csiKeys,
    dataDirHostPath: "/var/lib/rook",
    placement: cephPlacement(nodes),
    hosts: hostsOf(nodes).filter(({ pool }) => devices[pool] !== undefined),
    devicesOf: ({ pool }) => devices[pool] ?? [],
  });
}

/** Spec of a CephCluster. docs/sources.md, Resources of Ceph, says where its figures and settings come from. */
export function clusterSpec({ cephImage, csiKeys, dataDirHostPath, placement, hosts, devicesOf }: ClusterChoice): CephClusterSpec {
  return {
    cephVersion: { image: cephImage, allowUnsupported: false },
    security: { cephx: { csi: csiKeyConfig(csiKeys) } },
    dataDirHostPath,
    mon: { count: 3, allowMultiplePerNode: false },
    // Rook turns its module off in the releases 20.2.2 to 20.2.4, where it makes managers crash
    // (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/mgr/mgr.go, rookModuleDisabledForCephVersion).
    mgr: { count: 2, allowMultiplePerNode: false, modules: [{ name: "rook", enabled: false }] },
    dashboard: { enabled: true, ssl: true },
    crashCollector: { disable: false },
    logCollector: { enabled: true, periodicity: "daily", maxLogSize: "500M" },
    cleanupPolicy: { confirmation: "", allowUninstallWithVolumes: false },
    removeOSDsIfOutAndSafeToRemove: false,
    skipUpgradeChecks: false,
    continueUpgradeAfterChecksEvenIfNotHealthy: false,
    upgradeOSDRequiresHealthyPGs: true,
    // `osdMaintenanceTimeout` in minutes.
    disruptionManagement: { managePodBudgets: true, osdMaintenanceTimeout: 30 },
    network: { connections: { requireMsgr2: true, encryption: { enabled: false }, compression: { enabled: false } } },
    placement: { all: placement },
    // Crash collector and exporter of a host can run only there, so they evict other pods if the host is full.
    priorityClassNames: {
      all: "system-cluster-critical",
      mon: "system-node-critical",
      osd: "system-node-critical",
      mgr: "system-cluster-critical",
    },
    resources: CEPH_RESOURCES,
    storage: {
      useAllNodes: false,
      useAllDevices: false,
      // Giving a disk another class moves data, so it is done on purpose, by an administrator of Ceph.
      allowDeviceClassUpdate: false,
      nodes: hosts.map((host) => ({ name: host.name, devices: devicesOf(host).map(cephDevice) })),
    },
  };
}

/**
 * What becomes of the keys of the drivers. The type is never left out: from release 20.2.4 on Rook makes keys of a type that no kernel before 7.0
 * knows, and such a kernel would mount no volume. Without the policy a change of type or generation does nothing to keys that exist.
 */
function csiKeyConfig({ type, generation }: RookStorage["csiKeys"]): Readonly<Record<string, unknown>> {
  if (generation === undefined) return { keyType: type };
  // Volumes that are mounted use the key before until they are mounted anew.
  return { keyType: type, keyRotationPolicy: "KeyGeneration", keyGeneration: generation, keepPriorKeyCountMax: 1 };
}

/**
 * Type of the keys that clients of Ceph get: the one that every kernel and every release of Ceph knows
 * (https://rook.io/docs/rook/v1.20/Storage-Configuration/Advanced/cephx-key-rotation/).
 */
export const CLIENT_KEY_TYPE = "aes";

/**
 * Resources of everything that Rook runs for a cluster. None may be left out: the namespace's defaults would give the container a memory
 * limit of 256Mi, under which a large disk cannot be prepared.
 */
const CEPH_RESOURCES: CephClusterSpec["resources"] = {
  mon: resources("1", "1Gi", "2Gi"),
  mgr: resources("500m", "512Mi", "1Gi"),
  "mgr-sidecar": resources("100m", "40Mi", "100Mi"),
  // Rook sets the OSD's osd_memory_target from this memory limit.
  osd: resources("1", "4Gi"),
  // These two jobs run for a minute, each time that Rook looks after the cluster. They take CPU that is free; a larger request would evict a
  // user's server from a full host.
  prepareosd: resources("100m", "50Mi", "2Gi"),
  "cmd-reporter": resources("100m", "100Mi", "1Gi"),
  crashcollector: resources("100m", "60Mi"),
  exporter: resources("50m", "50Mi", "128Mi"),
  logcollector: LOG_COLLECTOR,
  cleanup: resources("500m", "100Mi", "1Gi"),
};

/** A disk in the form of Rook. */
function cephDevice(device: RookStorage["devices"][string][number]): CephDevice {
  return { name: device.path, config: { deviceClass: device.class } };
}

/** What decides a replicated pool of Ceph. */
export interface PoolChoice {
  readonly failureDomain: string;
  readonly replicas: number;
  /** CRUSH class of the disks that the pool uses; undefined if it uses all. */
  readonly deviceClass?: string | undefined;
}

/**
 * A pool with copies of all data. Rook never changes where a pool that exists keeps its copies unless the pool allows it
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/daemon/ceph/client/pool.go, updatePoolCrushRule).
 */
export function replicatedPool({ failureDomain, replicas, deviceClass }: PoolChoice) {
  return {
    failureDomain,
    ...(deviceClass !== undefined && { deviceClass }),
    enableCrushUpdates: true,
    replicated: { size: replicas, requireSafeReplicaSize: true },
  };
}

/**
 * Spec of the facility's own CephObjectStore: its pools and its gateways. Deleting the store keeps its pools
 * (https://rook.io/docs/rook/latest-release/CRDs/Object-Storage/ceph-object-store-crd/). docs/sources.md, Resources of Ceph, says where the
 * figures come from.
 */
export function objectStoreSpec({ failureDomain, replicas }: RookStorage, rgw: RgwSettings, nodes: Nodes): CephObjectStoreSpec {
  const pool = replicatedPool({ failureDomain, replicas, deviceClass: rgw.deviceClass });
  return {
    metadataPool: pool,
    dataPool: { ...pool, parameters: { bulk: "true" } },
    preservePoolsOnDelete: true,
    gateway: {
      port: RGW_SERVICE_PORT,
      instances: rgw.gateways,
      resources: resources("1", "1Gi", "2Gi"),
      placement: apart(cephPlacement(nodes), "rook-ceph-rgw", false),
      priorityClassName: "system-cluster-critical",
    },
  };
}
