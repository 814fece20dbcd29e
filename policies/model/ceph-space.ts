import { is, type KubernetesObject } from "./objects";
import { failureDomainOf, CEPH, type CephDisk, type CephPool } from "./ceph";

/** Ceph warns from here on and slows down soon after: `nearFullRatio` in hundredths (guide policies.md Q-30). */
const NEAR_FULL = 85n;

/** True if volumes of the class lie in the pool: a block pool by its name, a file system's first data pool unless another is named. */
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

/** What a pool takes of the disks for so many bytes kept, rounded up. */
export function rawBytes(kept: bigint, { overhead: [disk, of] }: CephPool): bigint {
  return (kept * disk + of - 1n) / of;
}

/** All disks but those of the largest failure domain, up to the point where Ceph warns. */
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

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
