import { alikes, firstsOf, holdings } from "./alike";
import { Cluster } from "./cluster";
import type { Effort } from "./effort";
import { victimsOn } from "./evictions";
import type { Steps } from "./greedy";
import type { Problem } from "./problem";
import { evicts, indexes, sharesHosts, type Arena, type Stage } from "./stages";

/** Everything that can happen to the pods of a stage. */
export interface Outcomes {
  /** A way to place all of them. */
  readonly packing: Steps | undefined;
  /** By class: a run without evictions that ends with a pod of it waiting. */
  readonly waiting: ReadonlyMap<number, Steps>;
  /** Classes of which a pod may wait after evictions. */
  readonly evicted: ReadonlySet<number>;
  /** False if the effort was spent before everything was seen, or pods outside of the stage may change what happens. */
  readonly complete: boolean;
}

/**
 * Walks through every state that any order, any tie and any eviction can lead to; hosts that are alike are walked through once. A run ends where no pod that
 * is left goes anywhere, not even by evicting others.
 */
export function explore(arena: Arena, { members }: Stage, effort: Effort): Outcomes {
  const { problem } = arena;
  const cluster = new Cluster(problem);
  const alike = alikes(problem);
  const hosts = indexes(problem.hosts.length);
  const waiting = new Map<number, Steps>();
  const evicted = new Set<number>();
  const seen = { placing: new Set<string>(), evicting: new Set<string>() };
  const tempted = new Set(members.filter((pod) => evictsOutsiders(arena, members, pod)));
  let packing: Steps | undefined;

  /** `steps` are the pods as they stand; whether others were evicted on the way. */
  const visit = (steps: Steps, after: "placing" | "evicting"): void => {
    if (!effort.spend(hosts.length)) return;
    const state = hosts
      .map((host) => holdings(cluster, members, alike, host))
      .sort()
      .join(" ");
    if (seen.placing.has(state) || seen[after].has(state)) return;
    seen[after].add(state);
    const left = members.filter((pod) => (cluster.left[pod] ?? 0) > 0);
    const moved = left.map((pod) => {
      const placed = visitPlacements(pod, steps, after);
      // Where others than the stage's pods are in its way, a pod may evict though the stage leaves it a host.
      const evicting = (!placed || tempted.has(pod)) && visitEvictions(pod, steps);
      return placed || evicting;
    });
    if (moved.includes(true) || effort.exhausted) return;
    if (left.length === 0) packing ??= steps;
    for (const pod of left)
      if (after === "evicting") evicted.add(pod);
      else if (!waiting.has(pod)) waiting.set(pod, steps);
  };

  const visitPlacements = (pod: number, steps: Steps, after: "placing" | "evicting"): boolean => {
    let moved = false;
    for (const host of firstsOf(cluster, members, alike, arena.reach[pod] ?? [])) {
      if (!effort.spend()) break;
      if (!cluster.admits(pod, host)) continue;
      moved = true;
      cluster.place(pod, host);
      visit([...steps, [pod, host]], after);
      cluster.remove(pod, host);
    }
    return moved;
  };

  const visitEvictions = (pod: number, steps: Steps): boolean => {
    let moved = false;
    for (const host of firstsOf(cluster, members, alike, arena.reach[pod] ?? []))
      for (const victims of victimsOn(cluster, pod, host)) {
        if (!effort.spend(victims.length)) return moved;
        moved = true;
        for (const victim of victims) cluster.remove(victim, host);
        cluster.place(pod, host);
        visit([...without(steps, victims, host), [pod, host]], "evicting");
        cluster.remove(pod, host);
        for (const victim of victims) cluster.place(victim, host);
      }
    return moved;
  };

  // About as many states as there are choices of pods to place: beyond the effort there is no end to be reached.
  if (members.reduce((choices, pod) => choices * ((problem.counts[pod] ?? 0) + 1), 1) > effort.limit)
    return { packing, waiting, evicted, complete: false };
  visit([], "placing");
  return { packing, waiting, evicted, complete: !effort.exhausted && ![...tempted].some((pod) => isNearLesser(problem, pod)) };
}

/**
 * True if the pod must be near others that it may evict. Where it has to evict pods of their host, the scheduler tries without those as well, in vain, and
 * gives the host up.
 */
function isNearLesser(problem: Problem, pod: number): boolean {
  const satisfiedBy = problem.affinities[pod]?.satisfiedBy ?? [];
  return satisfiedBy.some((satisfies, other) => satisfies && other < problem.classes && evicts(problem, pod, other));
}

/** True if the pod may evict pods that have no part in the stage. */
function evictsOutsiders(arena: Arena, members: readonly number[], pod: number): boolean {
  return indexes(arena.problem.classes).some(
    (other) => !members.includes(other) && evicts(arena.problem, pod, other) && sharesHosts(arena, pod, other),
  );
}

/** The steps without those that brought the victims there. */
function without(steps: Steps, victims: readonly number[], host: number): Steps {
  const gone = [...victims];
  return steps.filter(([pod, at]) => at !== host || !gone.includes(pod) || (gone.splice(gone.indexOf(pod), 1), false));
}
