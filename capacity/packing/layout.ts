import { byFreedom, bySize, roomiest, run, tightest, type Steps } from "./greedy";
import { identityOf, type PackHost, type PackPod, type Placed } from "./model";
import { problemOf } from "./problem";
import { arenaOf, indexes, priorityOf, type Arena } from "./stages";

/**
 * One placement, to be looked at: higher priority first, larger pods first, each on the host with most room. If that leaves pods over, other choices of hosts
 * and then other orders are tried; if none places all, priority decides and the fewest are left over. Where all pods fit none is missing.
 * @throws {RangeError} as {@link problemOf}.
 */
export function layout(hosts: readonly PackHost[], pods: readonly PackPod[]): readonly Placed[] {
  const arena = arenaOf(problemOf(hosts, pods));
  return placedOf(arena, best(arena));
}

/** True if {@link layout} places all: they fit, if only the scheduler takes them so. False says nothing. */
export function placesAll(hosts: readonly PackHost[], pods: readonly PackPod[]): boolean {
  const arena = arenaOf(problemOf(hosts, pods));
  return best(arena).length === total(arena);
}

function best(arena: Arena): Steps {
  let most: Steps = [];
  for (const steps of runs(arena, (pod) => priorityOf(arena.problem, pod))) {
    if (steps.length === total(arena)) return steps;
    if (steps.length > most.length) most = steps;
  }
  for (const steps of runs(arena, () => 0)) if (steps.length === total(arena)) return steps;
  return most;
}

function total({ problem }: Arena): number {
  return problem.counts.reduce((sum, count) => sum + count, 0);
}

/** Ways to place the pods, those of higher rank first. */
function* runs(arena: Arena, rank: (pod: number) => number): Generator<Steps> {
  for (const sorted of [bySize, byFreedom])
    for (const choice of [roomiest, tightest]) {
      const order = [...sorted(arena, indexes(arena.problem.classes))].sort((a, b) => rank(b) - rank(a));
      yield run(arena, order, choice).steps;
    }
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
