import { Occupancy } from "./occupancy";
import { wholeTimes } from "./exact-numbers";
import { classPriority, type AnalysedProblem } from "./class-groups";

/** How a run chooses among the hosts that admit a pod: the smallest number wins, the first of equals. */
export type HostChoice = (occupancy: Occupancy, podClass: number, host: number) => number;

/** Pods that are placed one after the other, as a scheduler might: class, host. */
export type Steps = readonly (readonly [podClass: number, host: number])[];

export interface GreedyRun {
  readonly occupancy: Occupancy;
  readonly steps: Steps;
}

/**
 * Places class after class, each pod on the host that is chosen among those that admit it, and tries what was refused again until nothing more goes: one of the
 * runs that a scheduler may make. `begun` are pods that it has placed before.
 */
export function runGreedily(analysed: AnalysedProblem, order: readonly number[], choice: HostChoice, begun: Steps = []): GreedyRun {
  const occupancy = new Occupancy(analysed.problem);
  const steps = [...begun];
  for (const [podClass, host] of begun) occupancy.place(podClass, host);
  const toPlace = order.map((podClass) => ({ podClass, left: occupancy.left[podClass] ?? 0 }));
  for (let progress = true; progress;) {
    progress = false;
    for (const entry of toPlace)
      for (; entry.left > 0; entry.left -= 1) {
        const host = best(occupancy, entry.podClass, analysed.reach[entry.podClass] ?? [], choice);
        if (host === undefined) break;
        occupancy.place(entry.podClass, host);
        steps.push([entry.podClass, host]);
        progress = true;
      }
  }
  return { occupancy, steps };
}

/** Keeps room together: the host with least left. */
export function tightest(occupancy: Occupancy, podClass: number, host: number): number {
  return -roomiest(occupancy, podClass, host);
}

/** Spreads the load, as the scheduler does by default: the host with most left, as a share of the largest host. */
export function roomiest({ problem, free }: Occupancy, podClass: number, host: number): number {
  return (problem.requests[podClass] ?? []).reduce(
    (sum, amount, resource) => (amount === 0 ? sum : sum - (free[host]?.[resource] ?? 0) / (problem.largest[resource] || 1)),
    0,
  );
}

/** Does most harm to a class: takes a host on which one pod fewer of it fits afterwards. */
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

/** Fills some hosts before any other. */
export function preferring(preferred: (host: number) => boolean): HostChoice {
  return (_occupancy, _podClass, host) => (preferred(host) ? 0 : 1);
}

/** Largest first, by the dominant share of the largest host; of equals, those with fewer hosts first. */
export function bySize({ problem, reach }: AnalysedProblem, classes: readonly number[]): readonly number[] {
  const size = (podClass: number) =>
    Math.max(...(problem.requests[podClass] ?? []).map((amount, resource) => amount / (problem.largest[resource] || 1)));
  const hosts = (podClass: number) => reach[podClass]?.length ?? 0;
  return [...classes].sort((a, b) => size(b) - size(a) || hosts(a) - hosts(b) || a - b);
}

/** Highest priority first, as the scheduler's queue has them, then largest. */
export function byUrgency(analysed: AnalysedProblem, classes: readonly number[]): readonly number[] {
  return [...bySize(analysed, classes)].sort((a, b) => classPriority(analysed.problem, b) - classPriority(analysed.problem, a));
}

/** Fewest hosts first, then largest. */
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
