import { smaller } from "../quantity";
import type { CacheGroup, DataPath, WorkerGroup } from "./path";
import { compare, dividedBy, ONE, plus, restOf, smallest, times, whole, ZERO, type Ratio } from "./ratio";

/** What data passes on its way, in the order of the way. Dask's schedulers stand beside it: no data of files goes through them. */
export const STAGES = [
  "doors",
  "link of the doors",
  "NICs of the caches, filling",
  "disks of the caches",
  "NICs of the caches, serving",
  "somebody else's cache",
  "link to the workers",
  "NICs of the workers",
  "address of Dask's schedulers",
  "cores",
] as const;
/** One of {@link STAGES}. */
export type StageName = (typeof STAGES)[number];

/** One thing that carries so much and no more. */
export interface Stage {
  readonly name: StageName;
  /**
   * The rate, in bits per second of what all cores read together, above which the stage is full. It is no more than an upper bound where something is not
   * stated. Undefined if nothing is known, or if the stage carries nothing.
   */
  readonly bound: Ratio | undefined;
  /** Bits that pass the stage for each bit that is read; undefined if that is not known. */
  readonly load: Ratio | undefined;
  /** What nobody has stated, and without which the bound is not certain. */
  readonly unstated: readonly string[];
}

/** Every stage that a path has, in the order of the way. */
export function stagesOf(path: DataPath): readonly Stage[] {
  return [...doorStages(path), ...cacheStages(path), ...workerStages(path), ...schedulerStages(path), coreStage(path)];
}

/** Share of what is read that comes from the doors; undefined if nobody has stated the share of hits. */
function coldShare({ cache, analysis: { hits } }: DataPath): Ratio | undefined {
  return cache.kind === "none" ? ONE : hits && restOf(hits);
}

function doorStages(path: DataPath): readonly Stage[] {
  const { doors } = path;
  if (doors === undefined) return [];
  const cold = coldShare(path);
  const all = doors.rate && times(whole(doors.count), doors.rate);
  return [
    stage("doors", cold, all, "what a door sends"),
    stage("link of the doors", cold, doors.link, "the link between doors and facility"),
  ];
}

function cacheStages(path: DataPath): readonly Stage[] {
  const { cache } = path;
  if (cache.kind === "none") return [];
  if (cache.kind === "external") return [stage("somebody else's cache", ONE, cache.rate, "what it serves")];
  const cold = coldShare(path);
  const hosts = whole(cache.groups.reduce((sum, group) => sum + group.hosts, 0n));
  const slowest = smallest(cache.groups.flatMap(({ nic }) => (nic ? [nic] : [])));
  const ports = cache.groups.filter(({ nic }) => nic === undefined).map(({ pool }) => `the NICs of ${pool}`);
  const carried = slowest && times(hosts, slowest);
  return [
    { ...stage("NICs of the caches, filling", cold, carried, ""), unstated: [...hitsOf(cold), ...(isNothing(cold) ? [] : ports)] },
    disks(cache.groups, hosts, cold),
    { ...stage("NICs of the caches, serving", ONE, carried, ""), unstated: ports },
  ];
}

/**
 * Disks of all caches. A disk that reads for one part of a second and writes for the other is full when both parts are a second: every read counts, and every
 * cold read is written as well. A block that was just fetched is served from memory, so the disks may carry a little more than this says.
 */
function disks(groups: readonly CacheGroup[], hosts: Ratio, cold: Ratio | undefined): Stage {
  const writes = cold !== undefined && !isNothing(cold);
  const bounds = groups.flatMap(({ disks: count, read, write }) => {
    if (count === 0n || read?.over === 0n) return [ZERO];
    if (writes && write?.over === 0n) return [ZERO];
    const busy = [...(read ? [dividedBy(ONE, read)] : []), ...(writes && write ? [dividedBy(cold, write)] : [])];
    return busy.length === 0 ? [] : [dividedBy(whole(count), busy.reduce(plus))];
  });
  const each = smallest(bounds);
  const unstated = groups.flatMap(({ pool, read, write }) => [
    ...(read === undefined ? [`what a disk of ${pool} reads`] : []),
    ...(write === undefined && !isNothing(cold) ? [`what a disk of ${pool} writes`] : []),
  ]);
  return {
    name: "disks of the caches",
    bound: each && times(hosts, each),
    load: cold && plus(ONE, cold),
    unstated: [...hitsOf(cold), ...unstated],
  };
}

function workerStages({ workers, analysis: { cores } }: DataPath): readonly Stage[] {
  const { link, groups } = workers;
  const links = link === "inside" ? [] : [stage("link to the workers", ONE, link, "the link between facility and workers")];
  const unstated = groups.flatMap(({ name, nic, cores: each }) => [
    ...(nic === undefined ? [`the NICs of ${name}`] : []),
    ...(each === undefined ? [`the cores of a host of ${name}`] : []),
  ]);
  return [
    ...links,
    { name: "NICs of the workers", load: ONE, bound: unstated.length === 0 ? worstPlacement(groups, cores) : undefined, unstated },
  ];
}

/** What the ports carry to so many cores, if all cores that are in use share their ports with as many others as can be. */
function worstPlacement(groups: readonly WorkerGroup[], cores: bigint): Ratio | undefined {
  const perCore = groups
    .flatMap(({ all, nic, cores: each }) => (nic && each ? [{ all, rate: dividedBy(nic, whole(each)) }] : []))
    .sort((a, b) => compare(a.rate, b.rate));
  if (perCore.length === 0) return undefined;
  let left = cores;
  return perCore.reduce((sum, { all, rate }) => {
    const taken = smaller(all, left);
    left -= taken;
    return plus(sum, times(whole(taken), rate));
  }, ZERO);
}

/** Connections of Dask grow with the cores that work, and so with what these read. */
function schedulerStages({ schedulers, analysis: { perCore, dask } }: DataPath): readonly Stage[] {
  if (schedulers === undefined) return [];
  const load = dask && (isNothing(dask) ? ZERO : perCore && perCore.over > 0n ? dividedBy(dask, perCore) : undefined);
  const unstated = [
    ...(dask === undefined ? ["what a core exchanges with its scheduler"] : []),
    ...(perCore === undefined && !isNothing(dask) ? ["what a core reads"] : []),
    ...(schedulers.rate === undefined && !isNothing(dask) ? [`what the address of ${schedulers.through} carries`] : []),
  ];
  return [{ ...stage("address of Dask's schedulers", load, schedulers.rate, ""), unstated }];
}

function coreStage({ analysis: { cores, perCore }, workers }: DataPath): Stage {
  const used = smaller(workers.cores, cores);
  return stage("cores", ONE, perCore && times(whole(used), perCore), "what a core reads");
}

/** A stage that is full when its load is what it carries. */
function stage(name: StageName, load: Ratio | undefined, carried: Ratio | undefined, what: string): Stage {
  const idle = isNothing(load);
  return {
    name,
    load,
    bound: carried && load && !idle ? dividedBy(carried, load) : undefined,
    unstated: idle ? [] : [...hitsOf(load), ...(carried === undefined ? [what] : [])],
  };
}

function hitsOf(share: Ratio | undefined): readonly string[] {
  return share === undefined ? ["the share of hits"] : [];
}

/** True for 0, and not for what is unknown. */
function isNothing(share: Ratio | undefined): boolean {
  return share?.over === 0n;
}
