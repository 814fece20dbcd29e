import { Cluster } from "./cluster";
import { wholeTimes } from "./exact-numbers";
import { priorityOf, type Arena } from "./stages";

/** How a run chooses among the hosts that admit a pod: the smallest number wins, the first of equals. */
export type Choice = (cluster: Cluster, pod: number, host: number) => number;

/** Pods that are placed one after the other, as a scheduler might: class, host. */
export type Steps = readonly (readonly [pod: number, host: number])[];

export interface Run {
  readonly cluster: Cluster;
  readonly steps: Steps;
}

/**
 * Places class after class, each pod on the host that is chosen among those that admit it, and tries what was refused again until nothing more goes: one of the
 * runs that a scheduler may make. `begun` are pods that it has placed before.
 */
export function run(arena: Arena, order: readonly number[], choice: Choice, begun: Steps = []): Run {
  const cluster = new Cluster(arena.problem);
  const steps = [...begun];
  for (const [pod, host] of begun) cluster.place(pod, host);
  const toPlace = order.map((pod) => ({ pod, left: cluster.left[pod] ?? 0 }));
  for (let progress = true; progress;) {
    progress = false;
    for (const entry of toPlace)
      for (; entry.left > 0; entry.left -= 1) {
        const host = best(cluster, entry.pod, arena.reach[entry.pod] ?? [], choice);
        if (host === undefined) break;
        cluster.place(entry.pod, host);
        steps.push([entry.pod, host]);
        progress = true;
      }
  }
  return { cluster, steps };
}

/** Keeps room together: the host with least left. */
export function tightest(cluster: Cluster, pod: number, host: number): number {
  return -roomiest(cluster, pod, host);
}

/** Spreads the load, as the scheduler does by default: the host with most left, as a share of the largest host. */
export function roomiest({ problem, free }: Cluster, pod: number, host: number): number {
  return (problem.requests[pod] ?? []).reduce(
    (sum, amount, resource) => (amount === 0 ? sum : sum - (free[host]?.[resource] ?? 0) / (problem.largest[resource] || 1)),
    0,
  );
}

/** Does most harm to a class: takes a host on which one pod fewer of it fits afterwards. */
export function harmful(victim: number): Choice {
  return (cluster, pod, host) => {
    const { problem, free } = cluster;
    const places = (taken: number) =>
      (problem.requests[victim] ?? []).reduce((least, amount, resource) => {
        const left = (free[host]?.[resource] ?? 0) - taken * (problem.requests[pod]?.[resource] ?? 0);
        return amount === 0 ? least : Math.min(least, left < 0 ? 0 : wholeTimes(left, amount));
      }, Infinity);
    return problem.allowed[victim]?.[host] ? places(1) - places(0) : 1;
  };
}

/** Fills some hosts before any other. */
export function within(preferred: (host: number) => boolean): Choice {
  return (_cluster, _pod, host) => (preferred(host) ? 0 : 1);
}

/** Largest first, by the dominant share of the largest host; of equals, those with fewer hosts first. */
export function bySize({ problem, reach }: Arena, classes: readonly number[]): readonly number[] {
  const size = (pod: number) =>
    Math.max(...(problem.requests[pod] ?? []).map((amount, resource) => amount / (problem.largest[resource] || 1)));
  const hosts = (pod: number) => reach[pod]?.length ?? 0;
  return [...classes].sort((a, b) => size(b) - size(a) || hosts(a) - hosts(b) || a - b);
}

/** Highest priority first, as the scheduler's queue has them, then largest. */
export function byUrgency(arena: Arena, classes: readonly number[]): readonly number[] {
  return [...bySize(arena, classes)].sort((a, b) => priorityOf(arena.problem, b) - priorityOf(arena.problem, a));
}

/** Fewest hosts first, then largest. */
export function byFreedom(arena: Arena, classes: readonly number[]): readonly number[] {
  const hosts = (pod: number) => arena.reach[pod]?.length ?? 0;
  return [...bySize(arena, classes)].sort((a, b) => hosts(a) - hosts(b));
}

function best(cluster: Cluster, pod: number, hosts: readonly number[], choice: Choice): number | undefined {
  let chosen: number | undefined;
  let least = Infinity;
  for (const host of hosts) {
    if (!cluster.admits(pod, host)) continue;
    const value = choice(cluster, pod, host);
    if (chosen === undefined || value < least) [chosen, least] = [host, value];
  }
  return chosen;
}
