import { Cluster } from "./cluster";
import type { Effort } from "./effort";
import { bySize, type Steps } from "./greedy";
import { alikes, firstsOf, holdings } from "./alike";
import type { Arena, Stage } from "./stages";

/** What a search for a packing came to. */
export type Packing = { readonly kind: "found"; readonly steps: Steps } | { readonly kind: "none" } | { readonly kind: "unknown" };

/**
 * Exact branch and bound for a monotone stage, where the order of placing does not matter: class after class, the largest first, each pod on every host
 * that is not like one already tried. States that failed once are remembered. `none` is a proof; `unknown` means that the effort was spent.
 */
export function searchPacking(arena: Arena, { members }: Stage, effort: Effort): Packing {
  const cluster = new Cluster(arena.problem);
  const alike = alikes(arena.problem);
  const order = bySize(arena, members);
  const hosts = [...new Set(members.flatMap((pod) => arena.reach[pod] ?? []))].sort((a, b) => a - b);
  const failed = new Set<string>();
  const steps: (readonly [number, number])[] = [];

  const place = (position: number): boolean => {
    const pod = order[position];
    if (pod === undefined) return true;
    if ((cluster.left[pod] ?? 0) === 0) return place(position + 1);
    if (!effort.spend(hosts.length)) return false;
    const state = `${position}|${cluster.left[pod]}|${hosts
      .map((host) => holdings(cluster, members, alike, host))
      .sort()
      .join(" ")}`;
    if (failed.has(state) || exceeds(arena, cluster, order.slice(position), hosts)) return false;
    for (const host of firstsOf(cluster, members, alike, arena.reach[pod] ?? [])) {
      if (!effort.spend()) return false;
      if (!cluster.admits(pod, host)) continue;
      cluster.place(pod, host);
      steps.push([pod, host]);
      if (place(position)) return true;
      steps.pop();
      cluster.remove(pod, host);
    }
    failed.add(state);
    return false;
  };

  if (place(0)) return { kind: "found", steps };
  return effort.exhausted ? { kind: "unknown" } : { kind: "none" };
}

/** True if the pods that are left ask for more of a resource than all hosts have left. */
function exceeds({ problem }: Arena, cluster: Cluster, classes: readonly number[], hosts: readonly number[]): boolean {
  return problem.resources.some((_, resource) => {
    const need = classes.reduce((sum, pod) => sum + (cluster.left[pod] ?? 0) * (problem.requests[pod]?.[resource] ?? 0), 0);
    return need > hosts.reduce((sum, host) => sum + Math.max(0, cluster.free[host]?.[resource] ?? 0), 0);
  });
}
