import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import type { Workload } from "../workloads/workload";
import { deployment, disruptionBudget, type Resources } from "../workloads/kit";

/**
 * The fields of a CephCluster that decide which daemons Rook runs; components write them, and {@link cephDaemons} reads them. The names are
 * Rook's (https://rook.io/docs/rook/latest-release/CRDs/Cluster/ceph-cluster-crd/).
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
  readonly resources: Readonly<
    Record<"mon" | "mgr" | "osd" | "crashcollector" | "exporter" | "logcollector" | "mgr-sidecar" | "prepareosd", Partial<Resources>>
  >;
  readonly placement: { readonly all: Placement };
  /** `osdMaintenanceTimeout` in minutes. */
  readonly disruptionManagement?: { readonly managePodBudgets: boolean; readonly osdMaintenanceTimeout?: number };
  readonly priorityClassNames: Readonly<Record<"all" | "mon" | "mgr" | "osd", string>>;
  readonly storage: {
    readonly useAllNodes: false;
    readonly useAllDevices: false;
    readonly nodes: readonly { readonly name: string; readonly devices: readonly CephDevice[] }[];
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
  readonly tolerations?: V1PodSpec["tolerations"];
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

/**
 * Rook's default folder on the hosts. A CephObjectStore does not name the folder in which its cluster keeps logs; this project keeps the
 * default.
 */
const DATA_FOLDER = "/var/lib/rook";

/**
 * Workloads that Rook runs for a CephCluster or a CephObjectStore, and none for any other kind.
 * @param siblings objects beside the resource. A gateway runs the image of the CephCluster in its namespace; without one it has no image.
 */
export function cephDaemons(resource: Manifest, siblings: readonly Manifest[]): readonly Workload[] {
  const { name = "", namespace = "" } = resource.metadata;
  switch (resource.kind) {
    case "CephCluster":
      return clusterDaemons(namespace, resource["spec"] as CephClusterSpec | ExternalCephClusterSpec);
    case "CephObjectStore":
      return gateways(name, namespace, resource["spec"] as CephObjectStoreSpec | ExternalCephObjectStoreSpec, imageIn(namespace, siblings));
    default:
      return [];
  }
}

function clusterDaemons(namespace: string, spec: CephClusterSpec | ExternalCephClusterSpec): readonly Workload[] {
  if (isExternalCluster(spec)) return [];
  const { image } = spec.cephVersion;
  const kept = hostVolumes(logFolders(spec.dataDirHostPath, namespace));
  const logs: V1Container = { name: "log-collector", image, resources: spec.resources.logcollector };
  const daemon = (
    kind: "mon" | "mgr" | "osd",
    id: string,
    sidecars: readonly V1Container[],
    pod: Omit<V1PodSpec, "containers">,
    folders: readonly string[] = [],
  ) =>
    deployment({
      name: `rook-ceph-${kind}-${id}`,
      namespace,
      recreate: true,
      labels: { app: `rook-ceph-${kind}` },
      containers: [
        // OSDs open raw devices (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/osd/spec.go).
        {
          name: kind,
          image,
          resources: spec.resources[kind],
          ...(kind === "osd" && { securityContext: { privileged: true, runAsUser: 0 } }),
        },
        ...sidecars,
        logs,
      ],
      pod: {
        volumes: hostVolumes([...logFolders(spec.dataDirHostPath, namespace), ...folders]),
        priorityClassName: spec.priorityClassNames[kind],
        ...(spec.placement.all.tolerations && { tolerations: spec.placement.all.tolerations }),
        ...pod,
      },
    });
  const mons = letters(spec.mon.count).map((id) =>
    daemon("mon", id, [], apart("rook-ceph-mon", spec.placement.all, spec.mon.allowMultiplePerNode), [
      `${spec.dataDirHostPath}/mon-${id}/data`,
    ]),
  );
  const mgrs = letters(spec.mgr.count).map((id) =>
    daemon(
      "mgr",
      id,
      [{ name: "watch-active", image, resources: spec.resources["mgr-sidecar"] }],
      apart("rook-ceph-mgr", spec.placement.all, spec.mgr.allowMultiplePerNode),
    ),
  );
  let osd = 0;
  const perNode = spec.storage.nodes.flatMap(({ name: host, devices }) => {
    const here = { nodeSelector: { "kubernetes.io/hostname": host } };
    const tolerations = spec.placement.all.tolerations && { tolerations: spec.placement.all.tolerations };
    return [
      ...devices.map(() => daemon("osd", String(osd++), [], here, [spec.dataDirHostPath, "/dev", "/run/udev"])),
      deployment({
        name: `rook-ceph-crashcollector-${host}`,
        namespace,
        containers: [{ name: "ceph-crash", image, resources: spec.resources.crashcollector }],
        pod: { ...here, priorityClassName: spec.priorityClassNames.all, ...tolerations, volumes: kept },
      }),
      deployment({
        name: `rook-ceph-exporter-${host}`,
        namespace,
        containers: [{ name: "ceph-exporter", image, resources: spec.resources.exporter }, logs],
        pod: { ...here, priorityClassName: spec.priorityClassNames.all, ...tolerations, volumes: kept },
      }),
    ];
  });
  return [...mons, ...mgrs, ...perNode, ...clusterBudgets(namespace, spec)];
}

/**
 * Disruption budgets that Rook makes, in cluster/mon/drain.go, cluster/mgr/drain.go and disruption/clusterdisruption/osd.go of
 * https://github.com/rook/rook/tree/v1.20.6/pkg/operator/ceph. While a host is drained, Rook replaces the budget of all OSDs by others,
 * which allow every OSD of that failure domain to stop and no other. With five monitors or more two may be gone: the rest still has a
 * majority.
 */
function clusterBudgets(namespace: string, { mon, mgr, disruptionManagement }: CephClusterSpec): readonly Workload[] {
  const managed = disruptionManagement?.managePodBudgets === true;
  const budget = (name: string, app: string, maxUnavailable: number) =>
    disruptionBudget(name, namespace, { maxUnavailable, selector: { matchLabels: { app } } });
  return [
    ...(managed && mon.count > 2 ? [budget("rook-ceph-mon-pdb", "rook-ceph-mon", mon.count >= 5 ? 2 : 1)] : []),
    ...(mgr.count > 1 ? [budget("rook-ceph-mgr-pdb", "rook-ceph-mgr", 1)] : []),
    ...(managed ? [budget("rook-ceph-osd", "rook-ceph-osd", 1)] : []),
  ];
}

/** Image that the CephCluster of a namespace runs; undefined if there is no such cluster or it runs elsewhere. */
function imageIn(namespace: string, siblings: readonly Manifest[]): string | undefined {
  const cluster = siblings.find(({ kind, metadata }) => kind === "CephCluster" && metadata.namespace === namespace);
  return (cluster?.["spec"] as Partial<CephClusterSpec> | undefined)?.cephVersion?.image;
}

function gateways(
  store: string,
  namespace: string,
  spec: CephObjectStoreSpec | ExternalCephObjectStoreSpec,
  image: string | undefined,
): readonly Workload[] {
  if (isExternalStore(spec)) return [];
  const { gateway } = spec;
  const name = `rook-ceph-rgw-${store}-a`;
  return [
    deployment({
      name,
      namespace,
      replicas: gateway.instances,
      labels: { app: "rook-ceph-rgw", rgw: store },
      containers: [{ name: "rgw", ...(image !== undefined && { image }), resources: gateway.resources }],
      pod: {
        volumes: hostVolumes(logFolders(DATA_FOLDER, namespace)),
        priorityClassName: gateway.priorityClassName,
        affinity: { nodeAffinity: gateway.placement.nodeAffinity },
        ...(gateway.placement.tolerations && { tolerations: gateway.placement.tolerations }),
      },
    }),
    // If Rook manages the budgets of a cluster, all its gateways but one must stay
    // (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/disruption/clusterdisruption/pools.go).
    ...(gateway.instances > 1
      ? [
          disruptionBudget(`rook-ceph-rgw-${store}`, namespace, {
            minAvailable: gateway.instances - 1,
            selector: { matchLabels: { rgw: store } },
          }),
        ]
      : []),
    // Rook's Service of the gateways; components/storage/ports.ts says where its ports come from.
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `rook-ceph-rgw-${store}`, namespace },
      spec: { selector: { "app.kubernetes.io/name": name }, ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }] },
    },
  ];
}

function isExternalCluster(spec: CephClusterSpec | ExternalCephClusterSpec): spec is ExternalCephClusterSpec {
  return (spec as Partial<ExternalCephClusterSpec>).external?.enable === true;
}

function isExternalStore(spec: CephObjectStoreSpec | ExternalCephObjectStoreSpec): spec is ExternalCephObjectStoreSpec {
  return "externalRgwEndpoints" in spec.gateway;
}

/** Rook keeps daemons of one kind on different hosts by a required anti-affinity, unless the spec allows several on one host. */
function apart(app: string, { nodeAffinity }: Placement, severalPerNode: boolean): Omit<V1PodSpec, "containers"> {
  if (severalPerNode) return { affinity: { nodeAffinity } };
  return {
    affinity: {
      nodeAffinity,
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app } }, topologyKey: "kubernetes.io/hostname" },
        ],
      },
    },
  };
}

/**
 * Folders on the host in which every daemon keeps logs and crash reports
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/controller/spec.go, DaemonVolumesBase).
 */
function logFolders(dataFolder: string, namespace: string): readonly string[] {
  return [`${dataFolder}/${namespace}/log`, `${dataFolder}/${namespace}/crash`];
}

function hostVolumes(folders: readonly string[]): NonNullable<V1PodSpec["volumes"]> {
  return folders.map((path) => ({ name: path.replace(/^\//, "").replaceAll(/[/.]/g, "-"), hostPath: { path } }));
}

/** Rook names the daemons of one kind a, b, c, ... */
function letters(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String.fromCharCode("a".charCodeAt(0) + index));
}
