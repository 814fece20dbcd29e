import type { DataPath, WorkerGroup } from "#af/capacity/rates/path";
import type { Ratio } from "#af/capacity/rates/ratio";

/**
 * The largest rate at which no single door, port, disk or core is busy for more than a second of each second, found by looking at each of them and halving the
 * interval: no formula of the answer is used. Of the placements of the cores the worst counts.
 */
export function largestRate(path: DataPath): number {
  let [carried, tooMuch] = [0, 1e18];
  for (let step = 0; step < 200; step += 1) {
    const middle = (carried + tooMuch) / 2;
    if (isCarried(path, middle)) carried = middle;
    else tooMuch = middle;
  }
  return carried;
}

/** True if everything on the way carries its part of a rate. */
function isCarried(path: DataPath, rate: number): boolean {
  return everyThing(path, rate).every((busy) => busy <= 1);
}

/** How busy each single thing is. */
function everyThing({ analysis, doors, cache, workers, schedulers }: DataPath, rate: number): readonly number[] {
  const cold = cache.kind === "none" ? 1 : 1 - value(analysis.hits);
  const cores = Math.min(Number(analysis.cores), Number(workers.cores));
  const perCore = rate / cores;
  return [
    ...(doors
      ? [...each(doors.count).map(() => (rate * cold) / Number(doors.count) / value(doors.rate)), (rate * cold) / value(doors.link)]
      : []),
    ...cacheThings(cache, rate, cold),
    ...(workers.link === "inside" ? [] : [rate / value(workers.link)]),
    rate / worstPorts(workers.groups, cores),
    ...(schedulers && value(analysis.dask) > 0 ? [((rate / value(analysis.perCore)) * value(analysis.dask)) / value(schedulers.rate)] : []),
    ...each(BigInt(cores)).map(() => perCore / value(analysis.perCore)),
  ];
}

function cacheThings(cache: DataPath["cache"], rate: number, cold: number): readonly number[] {
  if (cache.kind === "none") return [];
  if (cache.kind === "external") return [rate / value(cache.rate)];
  const hosts = cache.groups.flatMap((group) => each(group.hosts).map(() => group));
  return hosts.flatMap(({ nic, disks, read, write }) => {
    const served = rate / hosts.length;
    const onDisk = served / Number(disks);
    return [
      served / value(nic),
      (served * cold) / value(nic),
      ...each(disks).map(() => onDisk / value(read) + (onDisk * cold) / value(write)),
    ];
  });
}

/** What the ports carry in the worst of all ways to put so many cores on hosts: every way is tried. */
function worstPorts(groups: readonly WorkerGroup[], cores: number): number {
  const [group, ...others] = groups;
  if (group === undefined) return cores === 0 ? 0 : Infinity;
  const perCore = value(group.nic) / Number(group.cores);
  const ways = Array.from({ length: Math.min(cores, Number(group.all)) + 1 }, (_, taken) => taken);
  return Math.min(...ways.map((taken) => taken * perCore + worstPorts(others, cores - taken)));
}

function each(count: bigint): readonly undefined[] {
  return Array.from({ length: Number(count) }, () => undefined);
}

function value(ratio: Ratio | "inside" | undefined): number {
  if (ratio === undefined || ratio === "inside") throw new Error("the path is not stated whole");
  return Number(ratio.over) / Number(ratio.under);
}
