import { Cluster } from "./cluster";
import type { Effort } from "./effort";
import type { Steps } from "./greedy";
import { alikes, firstsOf, holdings } from "./alike";
import { canMakeRoom } from "./evictions";
import { indexes, type Arena, type Stage } from "./stages";

/** Everything that can happen to the pods of a stage. */
export interface Outcomes {
  /** A way to place all of them. */
  readonly packing: Steps | undefined;
  /** By class: a run that ends with a pod of it waiting. */
  readonly waiting: ReadonlyMap<number, Steps>;
  /** False if the effort was spent before everything was seen. */
  readonly complete: boolean;
}

/**
 * Walks through every state that any order and any tie can lead to; hosts that are alike are walked through once. A run ends where no pod that is
 * left goes anywhere. A pod that can make room for itself there does not wait.
 */
export function explore(arena: Arena, { members }: Stage, effort: Effort): Outcomes {
  const { problem } = arena;
  const cluster = new Cluster(problem);
  const alike = alikes(problem);
  const hosts = indexes(problem.hosts.length);
  const seen = new Set<string>();
  const steps: (readonly [number, number])[] = [];
  const waiting = new Map<number, Steps>();
  let packing: Steps | undefined;

  const visit = (): void => {
    if (!effort.spend(hosts.length)) return;
    const state = hosts
      .map((host) => holdings(cluster, members, alike, host))
      .sort()
      .join(" ");
    if (seen.has(state)) return;
    seen.add(state);
    const left = members.filter((pod) => (cluster.left[pod] ?? 0) > 0);
    let ended = true;
    for (const pod of left)
      for (const host of firstsOf(cluster, members, alike, arena.reach[pod] ?? [])) {
        if (!effort.spend()) return;
        if (!cluster.admits(pod, host)) continue;
        ended = false;
        cluster.place(pod, host);
        steps.push([pod, host]);
        visit();
        steps.pop();
        cluster.remove(pod, host);
      }
    if (!ended || effort.exhausted) return;
    if (left.length === 0) packing ??= [...steps];
    for (const pod of left) if (!waiting.has(pod) && !canMakeRoom(cluster, pod)) waiting.set(pod, [...steps]);
  };

  // About as many states as there are choices of pods to place: beyond the effort there is no end to be reached.
  if (members.reduce((choices, pod) => choices * ((problem.counts[pod] ?? 0) + 1), 1) > effort.limit)
    return { packing, waiting, complete: false };
  visit();
  return { packing, waiting, complete: !effort.exhausted };
}
