import type { Manifest } from "../manifest";
import type { Workload } from "../workloads/workload";
import { deployment, disruptionBudget } from "../workloads/kit";
import { hostVolumes, letters, logFolders, placed, type ClusterPods } from "./ceph-pods";
import type { CephFilesystemSpec, CephObjectStoreSpec, ExternalCephObjectStoreSpec } from "./ceph-specs";

/**
 * The gateways of a CephObjectStore, their budget and their Service; none for a store whose gateways run elsewhere
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/object/spec.go).
 */
export function gateways(
  { name: store = "", namespace = "" }: Manifest["metadata"],
  spec: CephObjectStoreSpec | ExternalCephObjectStoreSpec,
  { image, folder, logs }: ClusterPods,
): readonly Workload[] {
  if (isExternalStore(spec)) return [];
  const { gateway } = spec;
  const name = `rook-ceph-rgw-${store}-a`;
  return [
    deployment({
      name,
      namespace,
      replicas: gateway.instances,
      // One gateway after the other stops before its successor starts.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      labels: { app: "rook-ceph-rgw", rgw: store },
      containers: [{ name: "rgw", ...image, resources: gateway.resources }, ...logs],
      pod: {
        volumes: hostVolumes(logFolders(folder, namespace)),
        priorityClassName: gateway.priorityClassName,
        ...placed(gateway.placement),
      },
    }),
    // If Rook manages the budgets of a cluster, all its gateways but one must stay
    // (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/disruption/clusterdisruption/pools.go).
    ...staying(`rook-ceph-rgw-${store}`, namespace, gateway.instances - 1, { rgw: store }),
    // Rook's Service of the gateways; components/storage/ports.ts says where its ports come from.
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `rook-ceph-rgw-${store}`, namespace },
      spec: { selector: { "app.kubernetes.io/name": name }, ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }] },
    },
  ];
}

function isExternalStore(spec: CephObjectStoreSpec | ExternalCephObjectStoreSpec): spec is ExternalCephObjectStoreSpec {
  return "externalRgwEndpoints" in spec.gateway;
}

/**
 * The metadata servers of a CephFilesystem: twice the active ones where each has a standby
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/file/mds/mds.go), and their budget, as for gateways.
 */
export function metadataServers(
  { name: filesystem = "", namespace = "" }: Manifest["metadata"],
  { metadataServer }: CephFilesystemSpec,
  { image, folder, logs }: ClusterPods,
): readonly Workload[] {
  const { activeCount, activeStandby, resources, placement, priorityClassName } = metadataServer;
  const mustStay = activeStandby ? activeCount : activeCount - 1;
  return [
    ...letters(activeCount * (activeStandby ? 2 : 1)).map((id) =>
      deployment({
        name: `rook-ceph-mds-${filesystem}-${id}`,
        namespace,
        recreate: true,
        labels: { app: "rook-ceph-mds", rook_file_system: filesystem },
        containers: [{ name: "mds", ...image, resources }, ...logs],
        pod: {
          volumes: hostVolumes(logFolders(folder, namespace)),
          priorityClassName,
          ...placed(placement),
        },
      }),
    ),
    ...staying(`rook-ceph-mds-${filesystem}`, namespace, mustStay, { rook_file_system: filesystem }),
  ];
}

/** The budget under which so many pods must stay; none if none must. */
function staying(
  name: string,
  namespace: string,
  minAvailable: number,
  matchLabels: Readonly<Record<string, string>>,
): readonly Workload[] {
  return minAvailable > 0 ? [disruptionBudget(name, namespace, { minAvailable, selector: { matchLabels: { ...matchLabels } } })] : [];
}
