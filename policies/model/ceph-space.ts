import { dividedUp, larger } from "../../capacity/quantity";
import { is, type KubernetesObject } from "./objects";
import { failureDomainOf, CEPH, type CephDisk, type CephPool } from "./ceph";

/**
 * Hundredths of its bytes up to which a disk of Ceph counts as usable: beyond the default nearfull ratio of 0.85 Ceph warns
 * (https://docs.ceph.com/en/latest/rados/configuration/mon-config-ref/#storage-capacity).
 */
const NEAR_FULL = 85n;

/**
 * True if volumes of the storage class are kept in the pool. A class of block devices names its pool; a class of a file system may name a data pool, and
 * otherwise uses the first one (https://rook.io/docs/rook/latest-release/Storage-Configuration/Shared-Filesystem-CephFS/filesystem-storage/).
 */
export function usesPool({ root }: KubernetesObject, { object, name }: CephPool): boolean {
  const parameters = root.at("parameters");
  if (parameters.at("clusterID").text() !== object.namespace) return false;
  if (is(object, CEPH, "CephBlockPool")) return parameters.at("pool").text() === name;
  if (parameters.at("fsName").text() !== object.name) return false;
  const [first] = object.root.at("spec", "dataPools").items();
  const wanted =
    parameters
      .at("pool")
      .text()
      ?.slice(object.name.length + 1) ??
    first?.at("name").text() ??
    "data0";
  return name === `${object.name} ${wanted}`;
}

/** Bytes of disk that a pool uses to keep this many bytes, copies or coding chunks included; rounded up. */
export function rawBytes(stored: bigint, { overhead: [disk, of] }: CephPool): bigint {
  return dividedUp(stored * disk, of);
}

/**
 * Bytes of the disks that may be used: all but those of the largest failure domain, so that its copies can be made again elsewhere, up to the nearfull ratio.
 * The pools say which failure domains they keep their copies apart by; the one that loses most counts.
 */
export function usableBytes(disks: readonly CephDisk[], pools: readonly CephPool[]): bigint {
  const losses = pools.map(({ failureDomain }) => {
    const domains = new Map<string, bigint>();
    for (const disk of disks) {
      const domain = failureDomainOf(disk.host, failureDomain);
      domains.set(domain, (domains.get(domain) ?? 0n) + disk.bytes);
    }
    return [...domains.values()].reduce(larger, 0n);
  });
  return ((disks.reduce((sum, disk) => sum + disk.bytes, 0n) - losses.reduce(larger, 0n)) * NEAR_FULL) / 100n;
}
