import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import type { Workload } from "../workloads/workload";
import { deployment, disruptionBudget, onePerHost } from "../workloads/kit";
import { clusterJobs } from "./ceph-jobs";
import { clusterPods, hostVolumes, letters, logFolders, tolerating } from "./ceph-pods";
import { gateways, metadataServers } from "./ceph-services";
import { readCluster, readFilesystem, readStore } from "./ceph-reading";
import type { CephClusterSpec, ExternalCephClusterSpec, Placement } from "./ceph-specs";

/**
 * Workloads that Rook runs for a CephCluster, a CephFilesystem or a CephObjectStore, and none for any other kind.
 * @param siblings objects beside the resource. A gateway runs the image of the CephCluster in its namespace; without one it has no image.
 */
export function cephDaemons(resource: Manifest, siblings: readonly Manifest[]): readonly Workload[] {
  const { namespace = "" } = resource.metadata;
  const around = () => clusterPods(clusterIn(namespace, siblings));
  switch (resource.kind) {
    case "CephCluster":
      return clusterDaemons(namespace, readCluster(resource["spec"]));
    case "CephFilesystem":
      return metadataServers(resource.metadata, readFilesystem(resource["spec"]), around());
    case "CephObjectStore":
      return gateways(resource.metadata, readStore(resource["spec"]), around());
    default:
      return [];
  }
}

/** Spec of the CephCluster of a namespace; undefined if there is no such cluster. */
function clusterIn(namespace: string, siblings: readonly Manifest[]): Partial<CephClusterSpec> | undefined {
  return siblings.find(({ kind, metadata }) => kind === "CephCluster" && metadata.namespace === namespace)?.["spec"] as
    Partial<CephClusterSpec> | undefined;
}

function clusterDaemons(namespace: string, spec: CephClusterSpec | ExternalCephClusterSpec): readonly Workload[] {
  if (isExternalCluster(spec)) return [];
  const { image } = spec.cephVersion;
  const { logs } = clusterPods(spec);
  const kept = hostVolumes(logFolders(spec.dataDirHostPath, namespace));
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
        ...logs,
      ],
      pod: {
        volumes: hostVolumes([...logFolders(spec.dataDirHostPath, namespace), ...folders]),
        priorityClassName: spec.priorityClassNames[kind],
        ...tolerating(spec.placement.all),
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
    const tolerations = tolerating(spec.placement.all);
    return [
      ...devices.map(() => daemon("osd", String(osd++), [], here, [spec.dataDirHostPath, "/dev", "/run/udev"])),
      deployment({
        name: `rook-ceph-crashcollector-${host}`,
        namespace,
        labels: { app: "rook-ceph-crashcollector" },
        containers: [{ name: "ceph-crash", image, resources: spec.resources.crashcollector }],
        pod: { ...here, priorityClassName: spec.priorityClassNames.all, ...tolerations, volumes: kept },
      }),
      deployment({
        name: `rook-ceph-exporter-${host}`,
        namespace,
        labels: { app: "rook-ceph-exporter" },
        recreate: true,
        containers: [{ name: "ceph-exporter", image, resources: spec.resources.exporter }, ...logs],
        pod: { ...here, priorityClassName: spec.priorityClassNames.all, ...tolerations, volumes: kept },
      }),
    ];
  });
  return [...mons, ...mgrs, ...perNode, ...clusterJobs(namespace, spec), ...clusterBudgets(namespace, spec)];
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

function isExternalCluster(spec: CephClusterSpec | ExternalCephClusterSpec): spec is ExternalCephClusterSpec {
  return (spec as Partial<ExternalCephClusterSpec>).external?.enable === true;
}

/** Rook keeps daemons of one kind on different hosts by a required anti-affinity, unless the spec allows several on one host. */
function apart(app: string, { nodeAffinity }: Placement, severalPerNode: boolean): Omit<V1PodSpec, "containers"> {
  return { affinity: { nodeAffinity, ...(!severalPerNode && { podAntiAffinity: onePerHost({ app }) }) } };
}
