import { bytes } from "../../capacity/quantity";
import type { Field } from "../field";
import { schedulableHosts } from "../../components/nodes/schedulable";
import type { KubernetesObject } from "../objects";
import type { JudgementOf, SiteRule } from "../rules";
import { clusterOf, disksOf, isCeph, ofClass, poolsOf, type CephPool } from "./ceph";
import { isOfPool, onDisk, usable } from "./ceph-space";
import { claimsOf } from "./demand";
import { forEachHub } from "./hub-demand";
import { isStorageClass } from "./storage-classes";
import { partOf, workloadsOf } from "./workloads";

/** Rows Q-30 and Q-31 of the catalogue of quotas (guide policies.md §2.4). Nothing is promised twice: the thin factor is 1. */
export const cephHoldsItsClaims: SiteRule = {
  name: "ceph-holds-its-claims",
  pack: "quotas",
  title: "All volumes, homes and buckets, filled, fit Ceph's disks with all copies, even without the largest failure domain.",
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Add disks to af:storage.devices, or lower homes, users, volumes or the quotas of buckets: a full Ceph stops writing for everybody.",
  frameworks: ["facility:Q-30", "facility:Q-31"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    for (const cluster of objects.filter((object) => isCeph(object, "CephCluster")))
      on(cluster).part(() => {
        const disks = disksOf(cluster, site, hosts);
        const pools = objects.filter((object) => clusterOf(object, objects) === cluster).flatMap((object) => poolsIn(object, on));
        const kept = keptIn(objects, site.hub.users.registered, on);
        for (const deviceClass of new Set(pools.map((pool) => pool.deviceClass))) {
          // A pool without a class takes of all disks, so that with it everything counts.
          const own = deviceClass === undefined ? pools : pools.filter((pool) => pool.deviceClass === deviceClass);
          const need = own.reduce((sum, pool) => sum + onDisk(kept(pool), pool), 0n);
          on(cluster).compared(cluster.root.at("spec", "storage"), {
            subject: `all that ${own.map(({ name }) => name).join(", ")} may keep, with its copies,`,
            resource: `disk ${deviceClass === undefined ? "" : `of class ${deviceClass} `}below nearfull with one failure domain gone`,
            unit: "bytes",
            need,
            have: usable(ofClass(disks, deviceClass), own),
          });
        }
      });
  },
};

function poolsIn(object: KubernetesObject, on: JudgementOf): readonly CephPool[] {
  const pools: CephPool[] = [];
  on(object).part(() => pools.push(...poolsOf(object)));
  return pools;
}

/** Bytes that may come to lie in a pool: claims of its classes, everybody's home, and the quotas of its store's users. */
function keptIn(objects: readonly KubernetesObject[], registered: number, on: JudgementOf): (pool: CephPool) => bigint {
  const part = partOf(on);
  const volumes: { readonly storageClass: string; readonly bytes: bigint }[] = [];
  for (const { object, spec, bytes: size, count } of claimsOf(objects, workloadsOf(objects, undefined, part), part))
    part(object, () => volumes.push({ storageClass: spec.at("storageClassName").text() ?? "", bytes: size * BigInt(count) }));
  forEachHub(objects, on, ({ hub }) => {
    const storage = hub.values.at("singleuser", "storage");
    volumes.push({
      storageClass: storage.at("dynamic", "storageClass").text() ?? "",
      bytes: bytes(storage.at("capacity").quantity() ?? "0") * BigInt(registered),
    });
  });
  const buckets: { readonly store: string; readonly bytes: bigint }[] = [];
  for (const object of objects.filter((each) => isCeph(each, "CephObjectStoreUser")))
    part(object, () => {
      const spec = object.root.at("spec");
      const namespace = spec.at("clusterNamespace").text() ?? object.namespace;
      buckets.push({ store: `${namespace}/${spec.at("store").text() ?? ""}`, bytes: sizeOf(spec.at("quotas", "maxSize")) });
    });
  return (pool) => {
    if (isCeph(pool.object, "CephObjectStore")) {
      const store = `${pool.object.namespace}/${pool.object.name}`;
      return pool.name.endsWith(" data") ? sum(buckets.filter((bucket) => bucket.store === store)) : 0n;
    }
    const classes = objects.filter(isStorageClass).filter((storageClass) => isOfPool(storageClass, pool));
    return sum(volumes.filter((volume) => classes.some(({ name }) => name === volume.storageClass)));
  };
}

function sizeOf(field: Field): bigint {
  return bytes(field.quantity() ?? "0");
}

function sum(list: readonly { readonly bytes: bigint }[]): bigint {
  return list.reduce((total, { bytes: size }) => total + size, 0n);
}
