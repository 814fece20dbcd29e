import { Occupancy } from "./occupancy";
import type { Effort } from "./effort";
import { bySize, type Steps } from "./greedy";
import { hostEquivalence, firstOfEqualHosts, holdings } from "./alike";
import type { AnalysedProblem, ClassGroup } from "./class-groups";

/** What came of the search for a packing. `none` is a proof that there is none; `unknown` means that the effort was spent. */
export type Packing = { readonly kind: "found"; readonly steps: Steps } | { readonly kind: "none" } | { readonly kind: "unknown" };

/**
 * Exact search for a monotone group, in which the order of placing does not matter. It goes from class to class, the largest first, and tries each pod
 * on every host that is not like one that was tried before. States that failed once are remembered.
 */
export function searchPacking(analysed: AnalysedProblem, { members }: ClassGroup, effort: Effort): Packing {
  const occupancy = new Occupancy(analysed.problem);
  const alike = hostEquivalence(analysed.problem);
  const order = bySize(analysed, members);
  const hosts = [...new Set(members.flatMap((podClass) => analysed.reach[podClass] ?? []))];
  const failed = new Set<string>();
  const steps: (readonly [number, number])[] = [];

  const place = (position: number): boolean => {
    const podClass = order[position];
    if (podClass === undefined) return true;
    if ((occupancy.left[podClass] ?? 0) === 0) return place(position + 1);
    if (!effort.spend(hosts.length)) return false;
    const state = `${position}|${occupancy.left[podClass]}|${hosts
      .map((host) => holdings(occupancy, members, alike, host))
      .sort()
      .join(" ")}`;
    if (failed.has(state)) return false;
    for (const host of firstOfEqualHosts(occupancy, members, alike, analysed.reach[podClass] ?? [])) {
      if (!effort.spend()) return false;
      if (!occupancy.admits(podClass, host)) continue;
      occupancy.place(podClass, host);
      steps.push([podClass, host]);
      if (place(position)) return true;
      steps.pop();
      occupancy.remove(podClass, host);
    }
    failed.add(state);
    return false;
  };

  if (place(0)) return { kind: "found", steps };
  return effort.exhausted ? { kind: "unknown" } : { kind: "none" };
}
