import { Occupancy } from "./occupancy";
import { wholeTimes } from "./exact-numbers";
import { classPriority, type AnalysedProblem } from "./class-groups";

/**
 * How a run chooses among the hosts that admit a pod: the host with the smallest number, the first of equals. The number says something of this host alone: it
 * stays the same until a pod is placed there.
 */
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
  const occupancy = new Occupancy(analysed.problem);
  const steps = [...begun];
  for (const [podClass, host] of begun) occupancy.place(podClass, host);
  const placed = new Array<number>(analysed.problem.hosts.length).fill(0);
  const toPlace = order.map((podClass) => new Candidates(analysed, podClass, choice, placed));
  for (let progress = true; progress;) {
    progress = false;
    for (const candidates of toPlace)
      for (; (occupancy.left[candidates.podClass] ?? 0) > 0; progress = true) {
        const host = candidates.best(occupancy);
        if (host === undefined && allOrNothing && candidates.refuseForGood) return { occupancy, steps };
        if (host === undefined) break;
        occupancy.place(candidates.podClass, host);
        placed[host] = (placed[host] ?? 0) + 1;
        steps.push([candidates.podClass, host]);
      }
  }
  return { occupancy, steps };
}

/** The hosts that a run may still choose for pods of one class. */
class Candidates {
  /** True if other pods only take from the class: a host that does not admit it now will not later either. */
  readonly refuseForGood: boolean;
  private hosts: readonly number[];
  /** By host: the choice's number, and how many pods the run had placed there when it was worked out. */
  private readonly values: number[] = [];
  private readonly workedOutAt: number[] = [];

  constructor(
    { problem: { spreads, affinities }, reach }: AnalysedProblem,
    readonly podClass: number,
    private readonly choice: HostChoice,
    /** By host: how many pods the run has placed there. */
    private readonly placed: readonly number[],
  ) {
    this.refuseForGood = spreads[podClass]?.length === 0 && affinities[podClass] === undefined;
    this.hosts = reach[podClass] ?? [];
  }

  /** The host for the next pod; undefined if none admits it. The filters are asked only about hosts that would be chosen: they cost more than the choice. */
  best(occupancy: Occupancy): number | undefined {
    let chosen: number | undefined;
    let least = Infinity;
    const refusing: number[] = [];
    for (const host of this.hosts) {
      const value = this.value(occupancy, host);
      if (chosen !== undefined && value >= least) continue;
      if (occupancy.admits(this.podClass, host)) [chosen, least] = [host, value];
      else if (this.refuseForGood) refusing.push(host);
    }
    if (refusing.length !== 0) this.hosts = this.hosts.filter((host) => !refusing.includes(host));
    return chosen;
  }

  private value(occupancy: Occupancy, host: number): number {
    if (this.workedOutAt[host] !== this.placed[host]) {
      this.values[host] = this.choice(occupancy, this.podClass, host);
      this.workedOutAt[host] = this.placed[host] ?? 0;
    }
    return this.values[host] ?? Infinity;
  }
}

/** Chooses the host with least room left, so that room stays together. */
export function tightest(occupancy: Occupancy, podClass: number, host: number): number {
  return -roomiest(occupancy, podClass, host);
}

/** Chooses the host with most room left, measured in shares of the largest host, as the scheduler does by default. */
export function roomiest({ problem, free }: Occupancy, podClass: number, host: number): number {
  const [amounts, left] = [problem.requests[podClass] ?? [], free[host] ?? []];
  return amounts.reduce(
    (sum, amount, resource) => (amount === 0 ? sum : sum - (left[resource] ?? 0) / (problem.largest[resource] || 1)),
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
        return amount === 0 ? least : Math.min(least, wholeTimes(Math.max(0, left), amount));
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
  const sizes = problem.requests.map((requests) =>
    requests.reduce((most, amount, resource) => Math.max(most, amount / (problem.largest[resource] || 1)), 0),
  );
  const hosts = (podClass: number) => reach[podClass]?.length ?? 0;
  return [...classes].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || hosts(a) - hosts(b) || a - b);
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
