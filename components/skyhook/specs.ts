import { POOL_LABEL, tolerateTaints } from "../nodes/labels";
import { hostsOf, type Nodes } from "../nodes/settings";
import type { CephClusterSpec, CephFilesystemSpec, Placement } from "../operators/ceph-specs";
import { CLIENT_KEY_TYPE, apart, clusterSpec, placementOn, replicatedPool } from "../storage/specs";
import { resources } from "../workloads/kit";
import type { SkyhookSettings } from "./settings";

/** The experiment's daemons run on the hosts of its pool alone, and tolerate their taints. */
function placementIn({ pool }: SkyhookSettings, nodes: Nodes): Placement {
  return placementOn(POOL_LABEL, pool, tolerateTaints(nodes[pool] ?? { taints: [] }));
}

/**
 * Spec of the experiment's CephCluster: as the production cluster, but on other disks, with its own image and its own folder on the hosts.
 */
export function skyhookClusterSpec(settings: SkyhookSettings, nodes: Nodes): CephClusterSpec {
  return clusterSpec({
    csiKeys: { type: CLIENT_KEY_TYPE },
    cephImage: settings.image,
    dataDirHostPath: "/var/lib/rook-skyhook",
    placement: placementIn(settings, nodes),
    hosts: hostsOf(nodes).filter(({ pool }) => pool === settings.pool),
    devicesOf: () => settings.devices,
  });
}

/**
 * Spec of the experiment's CephFilesystem. Three copies, resources and priority are those of Rook's examples
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/filesystem.yaml,
 * https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph-cluster/values.yaml).
 */
export function skyhookFilesystemSpec(settings: SkyhookSettings, nodes: Nodes): CephFilesystemSpec {
  const pool = replicatedPool({ failureDomain: "host", replicas: 3 });
  return {
    metadataPool: pool,
    dataPools: [{ name: "data0", ...pool }],
    metadataServer: {
      activeCount: 1,
      activeStandby: true,
      resources: resources("1", "4Gi"),
      placement: apart(placementIn(settings, nodes), "rook-ceph-mds", true),
      priorityClassName: "system-cluster-critical",
    },
  };
}
