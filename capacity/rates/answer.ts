import { larger } from "../quantity";
import type { CacheGroup, DataPath } from "./path";
import { ceiling, compare, dividedBy, floor, smallest, times, whole, type Ratio } from "./ratio";
import { stagesOf, type Stage, type StageName } from "./stages";

/**
 * `not enough`: some stage is full below what is asked for, whatever else is true. `not stated`: no stage is full by what is known, and not everything is known.
 * `enough`: everything is known, and nothing is full. `not asked`: nobody has stated what is wanted.
 */
export const RATE_VERDICTS = ["enough", "not stated", "not enough", "not asked"] as const;
/** One of {@link RATE_VERDICTS}. */
export type RateVerdict = (typeof RATE_VERDICTS)[number];

/** What limits the cores of an analysis. */
export interface RateAnswer {
  readonly verdict: RateVerdict;
  /** Bits per second that are wanted: the target, or else what the cores ask for. */
  readonly asked: Ratio | undefined;
  readonly stages: readonly Stage[];
  /** Bits per second that reach the cores at most; undefined if no stage is known. */
  readonly rate: Ratio | undefined;
  /** The stages that are full at that rate; several if they are full together. */
  readonly limits: readonly StageName[];
  /** Cores that read at full speed at that rate; undefined if nobody has stated what a core reads. */
  readonly fed: bigint | undefined;
  /** True if each stage is stated whole. Without that the rate is an upper bound and no more. */
  readonly certain: boolean;
}

/** Says which stage limits the cores, and to what. */
export function rateAnswer(path: DataPath): RateAnswer {
  const { cores, perCore, target } = path.analysis;
  const stages = stagesOf(path);
  const rate = smallest(stages.flatMap(({ bound }) => (bound ? [bound] : [])));
  const asked = target ?? (perCore && times(whole(cores), perCore));
  const certain = stages.every(({ unstated }) => unstated.length === 0);
  const short = asked !== undefined && rate !== undefined && compare(rate, asked) < 0;
  return {
    verdict: asked === undefined ? "not asked" : short ? "not enough" : certain ? "enough" : "not stated",
    asked,
    stages,
    rate,
    limits: rate ? stages.filter(({ bound }) => bound && compare(bound, rate) === 0).map(({ name }) => name) : [],
    fed: rate && perCore && perCore.over > 0n ? floor(dividedBy(rate, perCore)) : undefined,
    certain,
  };
}

/** How many cache hosts of one pool a rate takes. */
export interface HostsForRate {
  readonly pool: string;
  /** Hosts of the pool in all, those that are there among them; undefined if nothing is known of them, or if they carry nothing. */
  readonly hosts: bigint | undefined;
  /** What is not stated, so that it may take more. */
  readonly unstated: readonly string[];
  /** What reaches the cores with so many hosts: another stage may be full before. */
  readonly then: RateAnswer | undefined;
}

const CACHE_STAGES: readonly StageName[] = ["NICs of the caches, filling", "disks of the caches", "NICs of the caches, serving"];

/** For each pool of cache hosts: how many of its kind the caches need for a rate. Empty where the facility has no caches of its own. */
export function hostsForRate(path: DataPath, rate: Ratio): readonly HostsForRate[] {
  if (path.cache.kind !== "own") return [];
  const { groups } = path.cache;
  const all = groups.reduce((sum, { hosts }) => sum + hosts, 0n);
  return groups.map((group) => {
    // One more host of the kind beside the others shows what each host carries, in a pool that has no host yet too.
    const stages = cachesOf(withGroup(path, group, { hosts: group.hosts + 1n }));
    const bound = smallest(stages.flatMap((each) => (each.bound ? [each.bound] : [])));
    const each = bound && dividedBy(bound, whole(all + 1n));
    const hosts = each && each.over > 0n ? larger(ceiling(dividedBy(rate, each)) - (all - group.hosts), 0n) : undefined;
    return {
      pool: group.pool,
      hosts,
      unstated: [...new Set(stages.flatMap(({ unstated }) => unstated))],
      then: hosts === undefined ? undefined : rateAnswer(withGroup(path, group, { hosts })),
    };
  });
}

/** The stages that are the caches themselves. */
function cachesOf(path: DataPath): readonly Stage[] {
  return stagesOf(path).filter(({ name }) => CACHE_STAGES.includes(name));
}

/** The same path with something of one group of caches changed. */
export function withGroup(path: DataPath, group: CacheGroup, change: Partial<CacheGroup>): DataPath {
  if (path.cache.kind !== "own") return path;
  return {
    ...path,
    cache: { ...path.cache, groups: path.cache.groups.map((each) => (each.pool === group.pool ? { ...each, ...change } : each)) },
  };
}
