import { part, type Part } from "../parts";
import type { StorageFacts } from "./facts";
import { rookObject } from "./rook-object";
import { cephFlows, cephPods, csiControllers, ROOK_OPERATOR } from "./pods";
import { type RookStorage } from "./settings";
import { cephClusterSpec, replicatedPool } from "./specs";
import { IMAGE_PARAMETERS, volumeClass } from "./volume-class";

/** The facility's own Ceph cluster, on the disks that the site file names. */
export function cephPart(settings: RookStorage, { nodes, namespace }: StorageFacts): Part {
  return part("rook", {
    objects: {
      cluster: rookObject("CephCluster", { name: "rook-ceph", namespace }, cephClusterSpec(settings, nodes)),
    },
    flows: cephFlows("rook", [ROOK_OPERATOR, ...csiControllers(namespace, settings)]),
    pods: Object.values(cephPods("rook")),
  });
}

/**
 * Name of the pool of block volumes, as in Rook's examples
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/csi/rbd/storageclass.yaml).
 */
const POOL = "replicapool";

/** The replicated pool of block volumes, and the StorageClass that homes and databases use. */
export function blockPart({ failureDomain, replicas, deviceClass, blockClass }: RookStorage, { namespace }: StorageFacts): Part {
  return part("rook", {
    objects: {
      pool: rookObject("CephBlockPool", { name: POOL, namespace }, replicatedPool({ failureDomain, replicas, deviceClass })),
      // The managers' own pool lies on every disk unless it is told otherwise, and Ceph then no longer sizes pools that lie on some
      // (https://docs.ceph.com/en/latest/rados/operations/placement-groups/#viewing-pg-scaling-recommendations).
      ...(deviceClass !== undefined && {
        "manager-pool": rookObject(
          "CephBlockPool",
          { name: "builtin-mgr", namespace },
          { name: ".mgr", ...replicatedPool({ failureDomain, replicas, deviceClass }) },
        ),
      }),
      class: volumeClass({ name: blockClass, driver: "rbd", namespace, parameters: { pool: POOL, ...IMAGE_PARAMETERS } }),
    },
  });
}
