import { bySize, roomiest, run, type Steps } from "./greedy";
import { identityOf, type PackHost, type PackPod, type Placed } from "./model";
import { problemOf } from "./problem";
import { arenaOf, indexes, type Arena } from "./stages";

/**
 * One placement, to be looked at: higher priority first, larger pods first, each on the host with most room. Where all pods fit none is missing from it.
 * @throws {RangeError} as {@link problemOf}.
 */
export function layout(hosts: readonly PackHost[], pods: readonly PackPod[]): readonly Placed[] {
  const arena = arenaOf(problemOf(hosts, pods));
  const priority = (pod: number) => arena.problem.kinds[pod]?.priority ?? 0;
  const order = [...bySize(arena, indexes(arena.problem.classes))].sort((a, b) => priority(b) - priority(a));
  return placedOf(arena, run(arena, order, roomiest).steps);
}

/** Steps as pods on hosts, in their order; the same pod on the same host again is counted up. */
export function placedOf({ problem }: Arena, steps: Steps): readonly Placed[] {
  const placed: Placed[] = [];
  const waiting = problem.workloads.map((pods) =>
    pods.flatMap(({ namespace, name, count }) => new Array<Named>(count).fill({ namespace, name })),
  );
  for (const [pod, at] of steps) {
    const [named, host] = [waiting[pod]?.shift(), problem.hosts[at]?.name];
    if (named === undefined || host === undefined) continue;
    const last = placed.at(-1);
    if (last && identityOf(last) === identityOf(named) && last.host === host)
      placed[placed.length - 1] = { ...last, count: last.count + 1 };
    else placed.push({ ...named, host, count: 1 });
  }
  return placed;
}

type Named = Pick<Placed, "namespace" | "name">;
