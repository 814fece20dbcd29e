import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import type { Workload } from "../workloads/workload";
import { deployment, disruptionBudget, type Resources } from "../workloads/kit";

/**
 * The parts of Ceph resources that decide what Rook runs for them; components write them, {@link cephDaemons} reads them back.
 * Names are Rook's (CRD ceph.rook.io/v1, guide storage.md §2.3 to §2.6).
 */
export interface CephClusterSpec {
  /** Folder of the hosts where Rook keeps mon data, logs and crash reports. */
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

/** A cluster that runs elsewhere: Rook runs nothing for it. */
export interface ExternalCephClusterSpec {
  readonly external: { readonly enable: true };
  readonly [setting: string]: unknown;
}

export interface CephDevice {
  readonly name: string;
  readonly config: { readonly deviceClass: string };
}

export interface Placement {
  readonly nodeAffinity: NonNullable<NonNullable<V1PodSpec["affinity"]>["nodeAffinity"]>;
  readonly tolerations?: V1PodSpec["tolerations"];
}

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

/** Gateways that run elsewhere. */
export interface ExternalCephObjectStoreSpec {
  readonly gateway: { readonly port: number; readonly externalRgwEndpoints: readonly { readonly hostname: string }[] };
  readonly [setting: string]: unknown;
}

/** Rook's own choice, and this project's: an object store does not say where its cluster keeps logs. */
const DATA_FOLDER = "/var/lib/rook";

/**
 * Pods that Rook runs for a CephCluster or a CephObjectStore; the description knows of no pods for its other kinds.
 * @param siblings objects beside the resource. A store runs the release of the CephCluster in its namespace; without that cluster its gateways have no image.
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
        // OSDs open raw devices (rook/rook, pkg/operator/ceph/cluster/osd/spec.go).
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
 * Budgets that Rook makes (pkg/operator/ceph/cluster/mon/drain.go and mgr/drain.go, disruption/clusterdisruption/osd.go). While a host is drained it trades the
 * one of the OSDs for others, which let all OSDs of that failure domain go and none elsewhere.
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

/** Release of Ceph that the cluster of a namespace runs; undefined where no such cluster is known. */
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
    // Of a cluster whose budgets are Rook's (disruption/clusterdisruption/pools.go): all gateways but one stay.
    ...(gateway.instances > 1
      ? [
          disruptionBudget(`rook-ceph-rgw-${store}`, namespace, {
            minAvailable: gateway.instances - 1,
            selector: { matchLabels: { rgw: store } },
          }),
        ]
      : []),
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

/** Rook keeps daemons of a kind on different hosts with a required anti-affinity unless several a node are allowed. */
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

/** Every daemon keeps logs and crash reports on its host (rook/rook, pkg/operator/ceph/controller/spec.go, DaemonVolumesBase). */
function logFolders(dataFolder: string, namespace: string): readonly string[] {
  return [`${dataFolder}/${namespace}/log`, `${dataFolder}/${namespace}/crash`];
}

function hostVolumes(folders: readonly string[]): NonNullable<V1PodSpec["volumes"]> {
  return folders.map((path) => ({ name: path.replace(/^\//, "").replaceAll(/[/.]/g, "-"), hostPath: { path } }));
}

/** Rook calls the daemons of a kind a, b, c, ... */
function letters(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String.fromCharCode("a".charCodeAt(0) + index));
}
