import { shortage, type Shortage } from "./bounds";
import { searchBlocking } from "./blocking";
import { Effort } from "./effort";
import { isAtRest } from "./evictions";
import { explore, type Outcomes } from "./explore";
import { searchPacking, type Packing } from "./feasible";
import {
  byFreedom,
  bySize,
  byUrgency,
  harmful,
  roomiest,
  runGreedily,
  tightest,
  preferring,
  type HostChoice,
  type GreedyRun,
  type Steps,
} from "./greedy";
import type { AnalysedProblem, ClassGroup } from "./class-groups";

/** What the search found out about a class that has no certificate. */
export type ClassFinding =
  | { readonly kind: "fits" }
  | { readonly kind: "excluded"; readonly shortage: Shortage | undefined; readonly best: Steps }
  | { readonly kind: "order fails"; readonly order: Steps }
  | { readonly kind: "not proven" }
  | { readonly kind: "neither found nor excluded"; readonly best: Steps };

/** Findings about a group of classes, and a packing of it if one was found. */
export interface GroupJudgement {
  readonly findings: ReadonlyMap<number, ClassFinding>;
  readonly packing: Steps | undefined;
}

/**
 * Greedy runs may look at this many times as many hosts as a search: each look is cheap, and a run that leaves a pod waiting saves the search. Our choice:
 * docs/sources.md, Capacity.
 */
const TRIES_OF_RUNS = 5;

/** Judges the classes of `pods`, which all belong to this group. `limit` is the effort of one search, in hosts that it looks at. */
export function judgeGroup(analysed: AnalysedProblem, group: ClassGroup, pods: readonly number[], limit: number): GroupJudgement {
  const tooLittle = shortage(analysed, group.members);
  const runs = [...packingRuns(analysed, group)];
  const lasting = runs.filter(({ occupancy }) => isAtRest(occupancy, group.members));
  const best = (lasting.length > 0 ? lasting : runs).reduce((a, b) => (waitingIn(b, group) < waitingIn(a, group) ? b : a));
  if (tooLittle) return all(pods, { kind: "excluded", shortage: tooLittle, best: best.steps });

  const complete = waitingIn(best, group) === 0;
  const outcomes = once(() => explore(analysed, group, new Effort(limit)));
  const packing: Packing = complete ? { kind: "found", steps: best.steps } : packingOf(analysed, group, outcomes, limit);
  if (packing.kind === "none") return all(pods, { kind: "excluded", shortage: undefined, best: best.steps });
  if (packing.kind === "unknown") return all(pods, { kind: "neither found nor excluded", best: best.steps });

  const tries = new Effort(limit * TRIES_OF_RUNS);
  const findings = bySize(analysed, pods).map(
    (podClass) => [podClass, riskOf(analysed, group, podClass, runs, outcomes, tries, limit)] as const,
  );
  return { findings: new Map(findings), packing: packing.steps };
}

/**
 * True if one of the runs that are tried first leaves a pod of the class waiting, so that the class does not fit or is at risk. Nobody is told the run, so
 * those that harm the class come first: they end the question most often.
 */
export function isLeftByARun(analysed: AnalysedProblem, group: ClassGroup, podClass: number, limit: number): boolean {
  const kinds = [harmfulRuns(analysed, group, podClass, new Effort(limit * TRIES_OF_RUNS)), packingRuns(analysed, group)];
  return runThatLeaves(group, podClass, kinds) !== undefined;
}

/** The first of these runs that leaves a pod of the class waiting. */
function runThatLeaves(group: ClassGroup, podClass: number, kinds: readonly Iterable<GreedyRun>[]): GreedyRun | undefined {
  for (const kind of kinds) for (const made of kind) if (waits(made, group, podClass)) return made;
  return undefined;
}

function all(pods: readonly number[], finding: ClassFinding): GroupJudgement {
  return { findings: new Map(pods.map((podClass) => [podClass, finding])), packing: undefined };
}

function packingOf(analysed: AnalysedProblem, group: ClassGroup, outcomes: () => Outcomes, limit: number): Packing {
  if (group.monotone) return searchPacking(analysed, group, new Effort(limit));
  // If there is no packing without the constraints on spreading and affinity, there is none with them.
  if (searchPacking(relaxed(analysed), group, new Effort(limit)).kind === "none") return { kind: "none" };
  const { packing, complete } = outcomes();
  return packing ? { kind: "found", steps: packing } : { kind: complete ? "none" : "unknown" };
}

/** The same without the constraints for which the order of placing matters. */
function relaxed({ problem, ...analysed }: AnalysedProblem): AnalysedProblem {
  return {
    ...analysed,
    problem: { ...problem, spreads: problem.spreads.map(() => []), affinities: problem.affinities.map(() => undefined) },
  };
}

/** A packing exists; this says whether every order comes to one. */
function riskOf(
  analysed: AnalysedProblem,
  group: ClassGroup,
  podClass: number,
  runs: readonly GreedyRun[],
  outcomes: () => Outcomes,
  tries: Effort,
  limit: number,
): ClassFinding {
  const failing = runThatLeaves(group, podClass, [runs, harmfulRuns(analysed, group, podClass, tries)]);
  if (failing) return { kind: "order fails", order: failing.steps };
  if (group.local) {
    const blocking = searchBlocking(analysed, podClass, new Effort(limit));
    if (blocking.kind === "none") return { kind: "fits" };
    const made = blocking.kind === "found" && runGreedily(analysed, group.members, roomiest, { begun: blocking.steps });
    if (made && waits(made, group, podClass)) return { kind: "order fails", order: made.steps };
  }
  const { waiting, evicted, complete } = outcomes();
  const order = waiting.get(podClass);
  if (order) return { kind: "order fails", order };
  return complete && !evicted.has(podClass) ? { kind: "fits" } : { kind: "not proven" };
}

/** Runs that try to place all pods, up to the first that succeeds. The first run is nearest to what the scheduler does. */
function* packingRuns(analysed: AnalysedProblem, group: ClassGroup): Generator<GreedyRun> {
  for (const order of [byUrgency, bySize, byFreedom])
    for (const choice of [roomiest, tightest]) {
      const made = runGreedily(analysed, order(analysed, group.members), choice);
      yield made;
      if (waitingIn(made, group) === 0) return;
    }
}

/**
 * Runs that place all others before the class. In a group that is not monotone all members take part, because a pod may wait for one that would come later.
 * Members that do not threaten the class come after it: they may evict what is in its way.
 */
function* harmfulRuns(
  analysed: AnalysedProblem,
  { members, monotone, peaceful }: ClassGroup,
  podClass: number,
  tries: Effort,
): Generator<GreedyRun> {
  const others = (monotone ? (analysed.threats[podClass] ?? []) : members).filter((other) => other !== podClass);
  const afterwards = peaceful ? [] : members.filter((other) => other !== podClass && !others.includes(other));
  const largestFirst = bySize(analysed, others);
  if (tries.exhausted) return;
  for (const order of [largestFirst, largestFirst.toReversed()])
    for (const choice of [...crowdedDomains(analysed, podClass), harmful(podClass), roomiest, tightest]) {
      const made = runGreedily(analysed, [...order, podClass, ...afterwards], choice);
      yield made;
      if (!tries.spend(made.steps.length * analysed.problem.hosts.length)) return;
    }
}

/** Fills one domain of a spread constraint first: when no more pods fit there, the skew keeps the class out of the other domains. */
function crowdedDomains({ problem }: AnalysedProblem, podClass: number): readonly HostChoice[] {
  return (problem.spreads[podClass] ?? []).flatMap(({ domains, topology }) =>
    domains.map((domain) => preferring((host) => problem.topologies[topology]?.domainOf[host] === domain)),
  );
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function waitingIn({ occupancy }: GreedyRun, { members }: ClassGroup): number {
  return members.reduce((sum, podClass) => sum + (occupancy.left[podClass] ?? 0), 0);
}

/** True if a pod of the class is left at the end of the run, and no pod that is left can change that by evicting others. */
function waits({ occupancy }: GreedyRun, { members }: ClassGroup, podClass: number): boolean {
  return (occupancy.left[podClass] ?? 0) > 0 && isAtRest(occupancy, members);
}
