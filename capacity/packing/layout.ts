import { byFreedom, bySize, roomiest, runGreedily, tightest, type Steps } from "./greedy";
import { workloadId, type PackHost, type PackPod, type PlacedPods } from "./model";
import { packingProblemOf } from "./problem";
import { analyse, indexes, classPriority, type AnalysedProblem } from "./class-groups";

/**
 * One placement, for people to look at: pods of higher priority first, then larger ones, each on the host with most room. If that leaves pods over, other choices
 * of hosts and then other orders are tried. If none places all pods, the placement that keeps to the priorities and leaves the fewest pods over is returned.
 * It is no proof: pods may be left over though another placement holds them.
 * @throws {RangeError} as {@link packingProblemOf}.
 */
export function layout(hosts: readonly PackHost[], pods: readonly PackPod[]): readonly PlacedPods[] {
  const analysed = analyse(packingProblemOf(hosts, pods));
  return placedOf(analysed, best(analysed));
}

/**
 * True if {@link layout} places all pods, so that there is a placement which the scheduler may come to. False says nothing.
 * @throws {RangeError} as {@link packingProblemOf}.
 */
export function placesAll(hosts: readonly PackHost[], pods: readonly PackPod[]): boolean {
  const analysed = analyse(packingProblemOf(hosts, pods));
  const ranks = [(podClass: number) => classPriority(analysed.problem, podClass), () => 0];
  return ranks.some((rank) => {
    for (const steps of runs(analysed, rank, true)) if (steps.length === total(analysed)) return true;
    return false;
  });
}

function best(analysed: AnalysedProblem): Steps {
  let most: Steps = [];
  for (const steps of runs(analysed, (podClass) => classPriority(analysed.problem, podClass))) {
    if (steps.length === total(analysed)) return steps;
    if (steps.length > most.length) most = steps;
  }
  for (const steps of runs(analysed, () => 0)) if (steps.length === total(analysed)) return steps;
  return most;
}

function total({ problem }: AnalysedProblem): number {
  return problem.counts.reduce((sum, count) => sum + count, 0);
}

/** Ways to place the pods, those of higher rank first. */
function* runs(analysed: AnalysedProblem, rank: (pod: number) => number, allOrNothing = false): Generator<Steps> {
  for (const sorted of [bySize, byFreedom])
    for (const choice of [roomiest, tightest]) {
      const order = [...sorted(analysed, indexes(analysed.problem.classes))].sort((a, b) => rank(b) - rank(a));
      yield runGreedily(analysed, order, choice, { allOrNothing }).steps;
    }
}

/** Steps as pods of workloads on hosts, in their order; equal steps in a row are one entry with their count. */
export function placedOf({ problem }: AnalysedProblem, steps: Steps): readonly PlacedPods[] {
  const placed: PlacedPods[] = [];
  // Of a class the pods of its first workload stand first.
  const waiting = problem.workloads.map((pods) => pods.map(({ namespace, name, count }) => ({ named: { namespace, name }, left: count })));
  for (const [podClass, at] of steps) {
    const next = waiting[podClass]?.find(({ left }) => left > 0);
    const host = problem.hosts[at]?.name;
    if (next === undefined || host === undefined) continue;
    next.left -= 1;
    const last = placed.at(-1);
    if (last && workloadId(last) === workloadId(next.named) && last.host === host)
      placed[placed.length - 1] = { ...last, count: last.count + 1 };
    else placed.push({ ...next.named, host, count: 1 });
  }
  return placed;
}
