import type { V1PodSpec } from "@kubernetes/client-node";
import type { Resources } from "../workloads/kit";

/** Keys of the resources of a CephCluster: its daemons, their sidecars, and the jobs that Rook runs for them. */
export type CephResource =
  "mon" | "mgr" | "mgr-sidecar" | "osd" | "prepareosd" | "crashcollector" | "exporter" | "logcollector" | "cmd-reporter" | "cleanup";

/**
 * The fields of a CephCluster that decide which daemons Rook runs; components write them, and components/operators/ceph-daemons.ts reads them.
 * The names are Rook's (https://rook.io/docs/rook/latest-release/CRDs/Cluster/ceph-cluster-crd/).
 */
export interface CephClusterSpec {
  /** Folder on the hosts in which Rook keeps the data of monitors, logs and crash reports. */
  readonly dataDirHostPath: string;
  readonly cephVersion: { readonly image: string; readonly allowUnsupported: boolean };
  readonly mon: { readonly count: number; readonly allowMultiplePerNode: boolean };
  readonly mgr: {
    readonly count: number;
    readonly allowMultiplePerNode: boolean;
    readonly modules: readonly { readonly name: string; readonly enabled: boolean }[];
  };
  readonly resources: Readonly<Record<CephResource, Resources>>;
  readonly placement: { readonly all: Placement };
  /** `osdMaintenanceTimeout` in minutes. */
  readonly disruptionManagement?: { readonly managePodBudgets: boolean; readonly osdMaintenanceTimeout?: number };
  readonly priorityClassNames: Readonly<Record<"all" | "mon" | "mgr" | "osd", string>>;
  readonly storage: {
    readonly useAllNodes: false;
    readonly useAllDevices: false;
    readonly nodes: readonly { readonly name: string; readonly devices: readonly CephDevice[] }[];
    readonly [setting: string]: unknown;
  };
  readonly [setting: string]: unknown;
}

/** Spec of a CephCluster that runs elsewhere: Rook runs no daemon for it. */
export interface ExternalCephClusterSpec {
  readonly external: { readonly enable: true };
  readonly [setting: string]: unknown;
}

/** A disk of a host: its path, and its CRUSH device class. */
export interface CephDevice {
  readonly name: string;
  readonly config: { readonly deviceClass: string };
}

/** Hosts on which daemons of Ceph may run. */
export interface Placement {
  readonly nodeAffinity: NonNullable<NonNullable<V1PodSpec["affinity"]>["nodeAffinity"]>;
  readonly podAntiAffinity?: NonNullable<V1PodSpec["affinity"]>["podAntiAffinity"];
  readonly tolerations?: V1PodSpec["tolerations"];
}

/**
 * The fields of a CephFilesystem that decide which metadata servers Rook runs
 * (https://rook.io/docs/rook/latest-release/CRDs/Shared-Filesystem/ceph-filesystem-crd/).
 */
export interface CephFilesystemSpec {
  readonly metadataServer: {
    readonly activeCount: number;
    readonly activeStandby: boolean;
    readonly resources: Resources;
    readonly placement: Placement;
    readonly priorityClassName: string;
  };
  readonly [setting: string]: unknown;
}

/**
 * The fields of a CephObjectStore that decide which gateways Rook runs
 * (https://rook.io/docs/rook/latest-release/CRDs/Object-Storage/ceph-object-store-crd/).
 */
export interface CephObjectStoreSpec {
  readonly gateway: {
    readonly instances: number;
    readonly resources: Resources;
    readonly placement: Placement;
    readonly priorityClassName: string;
    readonly port: number;
  };
  readonly [setting: string]: unknown;
}

/** Spec of a CephObjectStore whose gateways run elsewhere: Rook runs none for it. */
export interface ExternalCephObjectStoreSpec {
  readonly gateway: { readonly port: number; readonly externalRgwEndpoints: readonly { readonly hostname: string }[] };
  readonly [setting: string]: unknown;
}
