import { hostEquivalence, firstOfEqualHosts, holdings } from "./alike";
import { Occupancy } from "./occupancy";
import type { Effort } from "./effort";
import { victimsOn } from "./evictions";
import type { Steps } from "./greedy";
import type { PackingProblem } from "./problem";
import { evicts, indexes, sharesHosts, type AnalysedProblem, type ClassGroup } from "./class-groups";

/** Everything that can happen to the pods of a group of classes. */
export interface Outcomes {
  /** A way to place all of them. */
  readonly packing: Steps | undefined;
  /** By class: a run without evictions that ends with a pod of it waiting. */
  readonly waiting: ReadonlyMap<number, Steps>;
  /** Classes of which a pod may wait after evictions. */
  readonly evicted: ReadonlySet<number>;
  /** False if the effort was spent before everything was seen, or if pods outside the group may change what happens. */
  readonly complete: boolean;
}

/**
 * Walks through every state to which any order, any tie and any eviction can lead; of hosts that are alike only the first is tried. A run ends when no pod that
 * is left can be placed, not even by evicting others.
 */
export function explore(analysed: AnalysedProblem, { members }: ClassGroup, effort: Effort): Outcomes {
  const { problem } = analysed;
  const occupancy = new Occupancy(problem);
  const alike = hostEquivalence(problem);
  const hosts = indexes(problem.hosts.length);
  const waiting = new Map<number, Steps>();
  const evicted = new Set<number>();
  const seen = { placing: new Set<string>(), evicting: new Set<string>() };
  const tempted = new Set(members.filter((podClass) => evictsOutsiders(analysed, members, podClass)));
  let packing: Steps | undefined;

  /** `steps` are the pods as they stand; `after` says whether others were evicted on the way. */
  const visit = (steps: Steps, after: "placing" | "evicting"): void => {
    if (!effort.spend(hosts.length)) return;
    const state = hosts
      .map((host) => holdings(occupancy, members, alike, host))
      .sort()
      .join(" ");
    if (seen.placing.has(state) || seen[after].has(state)) return;
    seen[after].add(state);
    const left = members.filter((podClass) => (occupancy.left[podClass] ?? 0) > 0);
    const moved = left.map((podClass) => {
      const placed = visitPlacements(podClass, steps, after);
      // A pod for which the group leaves a host may still evict, because pods outside the group may be in its way there.
      const evicting = (!placed || tempted.has(podClass)) && visitEvictions(podClass, steps);
      return placed || evicting;
    });
    if (moved.includes(true) || effort.exhausted) return;
    if (left.length === 0) packing ??= steps;
    for (const podClass of left)
      if (after === "evicting") evicted.add(podClass);
      else if (!waiting.has(podClass)) waiting.set(podClass, steps);
  };

  const visitPlacements = (podClass: number, steps: Steps, after: "placing" | "evicting"): boolean => {
    let moved = false;
    for (const host of firstOfEqualHosts(occupancy, members, alike, analysed.reach[podClass] ?? [])) {
      if (!effort.spend()) break;
      if (!occupancy.admits(podClass, host)) continue;
      moved = true;
      occupancy.place(podClass, host);
      visit([...steps, [podClass, host]], after);
      occupancy.remove(podClass, host);
    }
    return moved;
  };

  const visitEvictions = (podClass: number, steps: Steps): boolean => {
    let moved = false;
    for (const host of firstOfEqualHosts(occupancy, members, alike, analysed.reach[podClass] ?? []))
      for (const victims of victimsOn(occupancy, podClass, host)) {
        if (!effort.spend(victims.length)) return moved;
        moved = true;
        for (const victim of victims) occupancy.remove(victim, host);
        occupancy.place(podClass, host);
        visit([...without(steps, victims, host), [podClass, host]], "evicting");
        occupancy.remove(podClass, host);
        for (const victim of victims) occupancy.place(victim, host);
      }
    return moved;
  };

  // There are about as many states as choices of pods to place. If these alone exceed the effort, the walk would not end within it.
  if (members.reduce((choices, podClass) => choices * ((problem.counts[podClass] ?? 0) + 1), 1) > effort.limit)
    return { packing, waiting, evicted, complete: false };
  visit([], "placing");
  return { packing, waiting, evicted, complete: !effort.exhausted && ![...tempted].some((podClass) => isNearLesser(problem, podClass)) };
}

/**
 * True if the pod must be near others that it may evict. Where it has to evict pods, the scheduler takes those away from the host too, finds that the pod does
 * not fit without them, and gives the host up.
 */
function isNearLesser(problem: PackingProblem, podClass: number): boolean {
  const satisfiedBy = problem.affinities[podClass]?.satisfiedBy ?? [];
  return satisfiedBy.some((satisfies, other) => satisfies && other < problem.classes && evicts(problem, podClass, other));
}

/** True if the pod may evict pods that are not in the group. */
function evictsOutsiders(analysed: AnalysedProblem, members: readonly number[], podClass: number): boolean {
  return indexes(analysed.problem.classes).some(
    (other) => !members.includes(other) && evicts(analysed.problem, podClass, other) && sharesHosts(analysed, podClass, other),
  );
}

/** The steps without those that brought the victims there. */
function without(steps: Steps, victims: readonly number[], host: number): Steps {
  const gone = [...victims];
  return steps.filter(([podClass, at]) => at !== host || !gone.includes(podClass) || (gone.splice(gone.indexOf(podClass), 1), false));
}
