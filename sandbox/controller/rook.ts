import type { ClusterObject } from "../cluster/client";
import { fieldAt, textAt, type World } from "../cluster/world";
import type { Behaviour, Blocked } from "./behaviour";
import { cephCluster, hasVolumes } from "./ceph-cluster";
import { objectStore, objectStoreUser } from "./object-store";
import {
  blockedBy,
  clusterMissing,
  deletionUnblocked,
  failureOf,
  inCluster,
  phaseStatus,
  ROOK_SECRET,
  rookConditions,
  siblings,
  succeeded,
  unready,
} from "./rook-status";
import { madeUpKey, secretOf } from "./rook-secrets";

/** The conditions of a CephBlockPool that is being deleted: one about its images and one about what depends on it. */
function poolBlocked(world: World, pool: ClusterObject): Blocked | undefined {
  const namespaces = siblings(world, "CephBlockPoolRadosNamespace", pool)
    .filter((each) => textAt(each, "spec", "blockPoolName") === pool.metadata.name)
    .map((each) => each.metadata.name);
  const dependent = blockedBy(pool, { CephBlockPoolRadosNamespaces: namespaces });
  const full = hasVolumes(world, `${pool.metadata.namespace ?? ""}.rbd.csi.ceph.com`, "pool", pool.metadata.name);
  if (dependent === undefined && !full) return undefined;
  const name = JSON.stringify(pool.metadata.name);
  const conditions = dependent?.status?.["conditions"] ?? deletionUnblocked(pool);
  return {
    status: {
      conditions: rookConditions(
        { ...pool, status: { conditions } },
        {
          type: "PoolDeletionIsBlocked",
          status: full ? "True" : "False",
          reason: full ? "PoolNotEmpty" : "PoolEmpty",
          message: full ? `pool ${name} contains images or snapshots and cannot be deleted` : `pool ${name} is empty and can be deleted`,
        },
      ),
    },
    failure: failureOf(pool, `pool ${name} cannot be deleted because it is not empty or has dependents`),
  };
}

const pool: Behaviour = {
  finalizer: "cephblockpool.ceph.rook.io",
  needs: clusterMissing,
  blocked: (world, each) => inCluster(world, each, () => poolBlocked(world, each)),
  status: (each, lacking) => {
    const info = {
      type: fieldAt(each, "spec", "replicated", "size") === undefined ? "Erasure Coded" : "Replicated",
      failureDomain: textAt(each, "spec", "failureDomain") ?? "host",
    };
    return { ...phaseStatus(each, lacking), info };
  },
  events: succeeded,
};

const SUBVOLUMES = "filesystem subvolume groups that contain subvolumes (could be from CephFilesystem PVCs or CephNFS exports)";

const filesystem: Behaviour = {
  finalizer: "cephfilesystem.ceph.rook.io",
  needs: clusterMissing,
  blocked: (world, each) =>
    inCluster(world, each, () =>
      blockedBy(each, {
        // ceph-csi makes its subvolumes in a group of its own: https://github.com/ceph/ceph-csi/blob/devel/docs/cephfs/deploy.md
        [SUBVOLUMES]: hasVolumes(world, `${each.metadata.namespace ?? ""}.cephfs.csi.ceph.com`, "fsName", each.metadata.name)
          ? ["csi"]
          : [],
        CephFilesystemSubVolumeGroups: siblings(world, "CephFilesystemSubVolumeGroup", each)
          .filter((group) => textAt(group, "spec", "filesystemName") === each.metadata.name)
          .map((group) => group.metadata.name),
      }),
    ),
  status: (each, lacking) => phaseStatus(each, lacking),
  events: succeeded,
};

const client: Behaviour = {
  finalizer: "cephclient.ceph.rook.io",
  needs: clusterMissing,
  blocked: (world, each) => inCluster(world, each, () => undefined),
  products: (_, each) => {
    if (fieldAt(each, "spec", "removeSecret") === true) return [];
    const key = madeUpKey(each, "client");
    const entity = textAt(each, "spec", "name") ?? each.metadata.name;
    return [secretOf(each, clientSecret(each), { [entity]: key, userID: each.metadata.name, userKey: key }, ROOK_SECRET)];
  },
  status: (each, lacking) =>
    phaseStatus(each, lacking, fieldAt(each, "spec", "removeSecret") === true ? {} : { info: { secretName: clientSecret(each) } }),
  events: succeeded,
};

function clientSecret(each: ClusterObject): string {
  return textAt(each, "spec", "secretName") ?? `rook-ceph-client-${each.metadata.name}`;
}

/** Behaviour of a kind that belongs to a CephCluster and on which nothing depends. */
function child(kind: string, needs: Behaviour["needs"] = clusterMissing): Behaviour {
  return {
    finalizer: `${kind.toLowerCase()}.ceph.rook.io`,
    needs,
    blocked: (world, each) => inCluster(world, each, () => undefined),
    status: (each, lacking) => phaseStatus(each, lacking),
    events: succeeded,
  };
}

/** What Rook does, by kind: https://github.com/rook/rook/tree/v1.20.6/pkg/operator/ceph */
export const ROOK_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  CephCluster: cephCluster,
  CephBlockPool: pool,
  CephFilesystem: filesystem,
  CephObjectStore: objectStore,
  CephObjectStoreUser: objectStoreUser,
  CephClient: client,
  CephFilesystemSubVolumeGroup: child("CephFilesystemSubVolumeGroup", (world, group) =>
    unready(world, "CephFilesystem", textAt(group, "spec", "filesystemName"), group),
  ),
  CephBlockPoolRadosNamespace: child("CephBlockPoolRadosNamespace", (world, each) =>
    unready(world, "CephBlockPool", textAt(each, "spec", "blockPoolName"), each),
  ),
  CephNFS: child("CephNFS"),
};
