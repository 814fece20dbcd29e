import fc from "fast-check";
import type { CacheGroup, DataPath } from "#af/capacity/rates/path";
import { bitRate } from "#af/capacity/rates/bit-rate";
import { decimal, type Ratio } from "#af/capacity/rates/ratio";

/**
 * The exercise of 200 Gb/s at the University of Nebraska: 8 caches on NVMe behind a redirector, and 2,000 cores (https://arxiv.org/abs/2503.12991). A cache's
 * share is 25 Gb/s and a core's 12.5 MB/s by division. What the disks, the doors and the rest could carry is not public.
 */
export const EXERCISE: DataPath = {
  analysis: { cores: 2000n, perCore: bitRate("12.5MB/s"), hits: undefined, target: undefined, dask: undefined },
  doors: { count: 12n, rate: undefined, link: undefined },
  cache: {
    kind: "own",
    groups: [{ pool: "nvme", hosts: 8n, nic: bitRate("25Gb/s"), disks: 1n, read: undefined, write: undefined }],
  },
  workers: { cores: 2000n, link: undefined, groups: [{ name: "pool", all: 2000n, cores: undefined, nic: undefined }] },
  schedulers: undefined,
};

/** The exercise with figures for what is not public, all of them large enough. */
export const WHOLE: DataPath = {
  analysis: { ...EXERCISE.analysis, hits: decimal(0.9), dask: bitRate("50kB/s") },
  doors: { count: 12n, rate: bitRate("10Gb/s"), link: bitRate("100Gb/s") },
  cache: { kind: "own", groups: [{ ...groupOf(EXERCISE), disks: 2n, read: bitRate("3GB/s"), write: bitRate("1GB/s") }] },
  workers: { cores: 2000n, link: bitRate("400Gb/s"), groups: [{ name: "pool", all: 2000n, cores: 64n, nic: bitRate("25Gb/s") }] },
  schedulers: { through: "Traefik", rate: bitRate("10Gb/s") },
};

/** The first group of caches. */
export function groupOf({ cache }: DataPath): CacheGroup {
  if (cache.kind !== "own" || cache.groups[0] === undefined) throw new Error("the path has no caches of its own");
  return cache.groups[0];
}

/** The same path with a change in every group of caches. */
export function withCaches(path: DataPath, change: (group: CacheGroup) => Partial<CacheGroup>): DataPath {
  if (path.cache.kind !== "own") return path;
  return { ...path, cache: { kind: "own", groups: path.cache.groups.map((group) => ({ ...group, ...change(group) })) } };
}

const rate = fc.constantFrom("100Mb/s", "1Gb/s", "150MB/s", "10Gb/s", "25Gb/s", "3GB/s", "100Gb/s").map(bitRate);
const count = (most: number) => fc.integer({ min: 1, max: most }).map(BigInt);
const share = fc.integer({ min: 0, max: 20 }).map((twentieths): Ratio => ({ over: BigInt(twentieths), under: 20n }));

/** Paths of which everything is stated, small enough to be looked at host by host. */
export const statedPaths: fc.Arbitrary<DataPath> = fc
  .record({
    cores: count(12),
    perCore: rate,
    hits: share,
    target: fc.option(rate, { nil: undefined }),
    dask: fc.constantFrom("0b/s", "1MB/s", "20MB/s").map(bitRate),
    doors: fc.record({ count: count(4), rate, link: rate }),
    cached: fc.constantFrom("own", "none", "external"),
    caches: fc.array(fc.record({ hosts: count(3), nic: rate, disks: count(3), read: rate, write: rate }), { minLength: 1, maxLength: 2 }),
    served: rate,
    link: fc.oneof(rate, fc.constant("inside" as const)),
    hosts: fc.array(fc.record({ hosts: count(3), cores: count(4), nic: rate }), { minLength: 1, maxLength: 3 }),
    address: fc.option(rate, { nil: undefined }),
  })
  .map(({ cores, perCore, hits, target, dask, doors, cached, caches, served, link, hosts, address }): DataPath => {
    const groups = hosts.map((group, index) => ({ name: `w${index}`, all: group.hosts * group.cores, cores: group.cores, nic: group.nic }));
    return {
      analysis: { cores, perCore, hits, target, dask },
      doors: cached === "external" ? undefined : doors,
      cache:
        cached === "none"
          ? { kind: "none" }
          : cached === "external"
            ? { kind: "external", rate: served }
            : { kind: "own", groups: caches.map((group, index) => ({ pool: `c${index}`, ...group })) },
      workers: { cores: groups.reduce((sum, { all }) => sum + all, 0n), link, groups },
      schedulers: address && { through: "Traefik", rate: address },
    };
  });
