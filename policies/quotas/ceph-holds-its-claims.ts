import { schedulableHosts } from "../../components/nodes/schedulable";
import { is, type KubernetesObject } from "../model/objects";
import type { JudgementOf, SiteRule } from "../model/rules";
import { clusterOf, clusterDisks, CEPH, ofClass, poolsMadeBy, type CephPool } from "../model/ceph";
import { usesPool, rawBytes, usableBytes } from "../model/ceph-space";
import { storedBytes, totalBytes, type StoredBytes } from "../model/stored-bytes";
import { isStorageClass } from "../model/storage-classes";

export const cephHoldsItsClaims: SiteRule = {
  name: "ceph-holds-its-claims",
  pack: "quotas",
  title: "When full, all volumes, homes and buckets fit Ceph's disks with all copies, even without the largest failure domain.",
  why: "A full Ceph cluster refuses all writes. So the disks must hold every volume, home and bucket at its full size, although volumes are thin and most are never full.",
  sources: ["https://docs.ceph.com/en/latest/rados/configuration/mon-config-ref/#storage-capacity"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Add disks to af:storage.devices, or lower homes, users, volumes or the quotas of buckets: a full Ceph stops writing for everybody.",
  frameworks: ["facility:Q-30", "facility:Q-31"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    for (const cluster of objects.filter((object) => is(object, CEPH, "CephCluster")))
      on(cluster).attempt(() => {
        const disks = clusterDisks(cluster, site, hosts);
        const pools = objects.filter((object) => clusterOf(object, objects) === cluster).flatMap((object) => poolsIn(object, on));
        const storedIn = bytesByPool(objects, storedBytes(objects, site.hub.users.registered, on));
        for (const deviceClass of new Set(pools.map((pool) => pool.deviceClass))) {
          // A pool without a device class may use every disk, so all pools count beside it.
          const own = deviceClass === undefined ? pools : pools.filter((pool) => pool.deviceClass === deviceClass);
          const need = own.reduce((sum, pool) => sum + rawBytes(storedIn(pool), pool), 0n);
          on(cluster).compared(cluster.root.at("spec", "storage"), {
            subject: `all that ${own.map(({ name }) => name).join(", ")} may keep, with its copies,`,
            resource: `disk ${deviceClass === undefined ? "" : `of class ${deviceClass} `}below nearfull with one failure domain gone`,
            unit: "bytes",
            need,
            have: usableBytes(ofClass(disks, deviceClass), own),
          });
        }
      });
  },
};

function poolsIn(object: KubernetesObject, on: JudgementOf): readonly CephPool[] {
  const pools: CephPool[] = [];
  on(object).attempt(() => pools.push(...poolsMadeBy(object)));
  return pools;
}

/** Bytes that a pool keeps once everything is full: claims and homes of its storage classes, and the quotas of the users of its object store. */
function bytesByPool(objects: readonly KubernetesObject[], { volumes, buckets }: StoredBytes): (pool: CephPool) => bigint {
  return (pool) => {
    if (is(pool.object, CEPH, "CephObjectStore")) {
      const store = `${pool.object.namespace}/${pool.object.name}`;
      return pool.name.endsWith(" data") ? totalBytes(buckets.filter((bucket) => bucket.store === store)) : 0n;
    }
    const classes = objects.filter(isStorageClass).filter((storageClass) => usesPool(storageClass, pool));
    return totalBytes(volumes.filter((volume) => classes.some(({ name }) => name === volume.storageClass)));
  };
}
