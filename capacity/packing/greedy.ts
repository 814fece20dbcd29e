import { Occupancy } from "./occupancy";
import { wholeTimes } from "./exact-numbers";
import { classPriority, type AnalysedProblem } from "./class-groups";

/** How a run chooses among the hosts that admit a pod: the host with the smallest number, the first of equals. */
export type HostChoice = (occupancy: Occupancy, podClass: number, host: number) => number;

/** Pods that are placed one after the other, as a scheduler might do it. */
export type Steps = readonly (readonly [podClass: number, host: number])[];

/** One run that a scheduler may make: where its pods stand in the end, and how they came there. */
export interface GreedyRun {
  readonly occupancy: Occupancy;
  readonly steps: Steps;
}

/** How a run begins and ends. */
interface RunOptions {
  /** Pods that were placed before. */
  readonly begun?: Steps;
  /** The run may end as soon as it is certain that a pod will be left over. */
  readonly allOrNothing?: boolean;
}

/**
 * Places class after class, each pod on the host that is chosen among those that admit it, and tries again what was refused until no pod can be placed any
 * more.
 */
export function runGreedily(
  analysed: AnalysedProblem,
  order: readonly number[],
  choice: HostChoice,
  { begun = [], allOrNothing = false }: RunOptions = {},
): GreedyRun {
  const { spreads, affinities } = analysed.problem;
  // Other pods only take from such a class: a host that does not admit it now will not later either.
  const isRefusedForGood = (podClass: number) => spreads[podClass]?.length === 0 && affinities[podClass] === undefined;
  const occupancy = new Occupancy(analysed.problem);
  const steps = [...begun];
  for (const [podClass, host] of begun) occupancy.place(podClass, host);
  const toPlace = order.map((podClass) => ({ podClass, left: occupancy.left[podClass] ?? 0 }));
  for (let progress = true; progress;) {
    progress = false;
    for (const entry of toPlace)
      for (; entry.left > 0; entry.left -= 1) {
        const host = best(occupancy, entry.podClass, analysed.reach[entry.podClass] ?? [], choice);
        if (host === undefined && allOrNothing && isRefusedForGood(entry.podClass)) return { occupancy, steps };
        if (host === undefined) break;
        occupancy.place(entry.podClass, host);
        steps.push([entry.podClass, host]);
        progress = true;
      }
  }
  return { occupancy, steps };
}

/** Chooses the host with least room left, so that room stays together. */
export function tightest(occupancy: Occupancy, podClass: number, host: number): number {
  return -roomiest(occupancy, podClass, host);
}

/** Chooses the host with most room left, measured in shares of the largest host, as the scheduler does by default. */
export function roomiest({ problem, free }: Occupancy, podClass: number, host: number): number {
  return (problem.requests[podClass] ?? []).reduce(
    (sum, amount, resource) => (amount === 0 ? sum : sum - (free[host]?.[resource] ?? 0) / (problem.largest[resource] || 1)),
    0,
  );
}

/** Does the most harm to a class: chooses a host on which fewer of its pods fit afterwards. */
export function harmful(victim: number): HostChoice {
  return (occupancy, podClass, host) => {
    const { problem, free } = occupancy;
    const places = (taken: number) =>
      (problem.requests[victim] ?? []).reduce((least, amount, resource) => {
        const left = (free[host]?.[resource] ?? 0) - taken * (problem.requests[podClass]?.[resource] ?? 0);
        return amount === 0 ? least : Math.min(least, left < 0 ? 0 : wholeTimes(left, amount));
      }, Infinity);
    return problem.allowed[victim]?.[host] ? places(1) - places(0) : 1;
  };
}

/** Chooses preferred hosts before any other. */
export function preferring(preferred: (host: number) => boolean): HostChoice {
  return (_occupancy, _podClass, host) => (preferred(host) ? 0 : 1);
}

/** Classes by size, the largest first: the largest share that a pod takes of the largest host. Of equals, those with fewer hosts come first. */
export function bySize({ problem, reach }: AnalysedProblem, classes: readonly number[]): readonly number[] {
  const size = (podClass: number) =>
    Math.max(...(problem.requests[podClass] ?? []).map((amount, resource) => amount / (problem.largest[resource] || 1)));
  const hosts = (podClass: number) => reach[podClass]?.length ?? 0;
  return [...classes].sort((a, b) => size(b) - size(a) || hosts(a) - hosts(b) || a - b);
}

/** Classes by priority, the highest first as in the scheduler's queue, then by size. */
export function byUrgency(analysed: AnalysedProblem, classes: readonly number[]): readonly number[] {
  return [...bySize(analysed, classes)].sort((a, b) => classPriority(analysed.problem, b) - classPriority(analysed.problem, a));
}

/** Classes by the number of their hosts, the fewest first, then by size. */
export function byFreedom(analysed: AnalysedProblem, classes: readonly number[]): readonly number[] {
  const hosts = (podClass: number) => analysed.reach[podClass]?.length ?? 0;
  return [...bySize(analysed, classes)].sort((a, b) => hosts(a) - hosts(b));
}

function best(occupancy: Occupancy, podClass: number, hosts: readonly number[], choice: HostChoice): number | undefined {
  let chosen: number | undefined;
  let least = Infinity;
  for (const host of hosts) {
    if (!occupancy.admits(podClass, host)) continue;
    const value = choice(occupancy, podClass, host);
    if (chosen === undefined || value < least) [chosen, least] = [host, value];
  }
  return chosen;
}
