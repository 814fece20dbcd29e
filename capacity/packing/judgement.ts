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

/** What was found out about a class whose place is not certain from the start. */
export type ClassFinding =
  | { readonly kind: "fits" }
  | { readonly kind: "excluded"; readonly shortage: Shortage | undefined; readonly best: Steps }
  | { readonly kind: "order fails"; readonly order: Steps }
  | { readonly kind: "not proven" }
  | { readonly kind: "neither found nor excluded"; readonly best: Steps };

/** Findings of a stage, and a packing of it if one was found. */
export interface GroupJudgement {
  readonly findings: ReadonlyMap<number, ClassFinding>;
  readonly packing: Steps | undefined;
}

/** Greedy runs may try this many times as often as a search: a try of theirs is cheap, and a run that fails saves the search. */
const TRIES_OF_RUNS = 5;

/** Judges the classes of `pods`, all of which have this stage. `limit` is the effort of one search. */
export function judgeGroup(analysed: AnalysedProblem, group: ClassGroup, pods: readonly number[], limit: number): GroupJudgement {
  const tooLittle = shortage(analysed, group.members);
  const runs = packingRuns(analysed, group);
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

/** True if one of the runs that are tried first leaves a pod of the class waiting: it does not fit, or is at risk. */
export function isLeftByARun(analysed: AnalysedProblem, group: ClassGroup, podClass: number, limit: number): boolean {
  return runThatLeaves(analysed, group, podClass, packingRuns(analysed, group), new Effort(limit * TRIES_OF_RUNS)) !== undefined;
}

/** The first of these runs, and then of harmful ones, that leaves a pod of the class waiting. */
function runThatLeaves(
  analysed: AnalysedProblem,
  group: ClassGroup,
  podClass: number,
  runs: readonly GreedyRun[],
  tries: Effort,
): GreedyRun | undefined {
  for (const kind of [runs, harmfulRuns(analysed, group, podClass, tries)])
    for (const made of kind) if (waits(made, group, podClass)) return made;
  return undefined;
}

function all(pods: readonly number[], finding: ClassFinding): GroupJudgement {
  return { findings: new Map(pods.map((podClass) => [podClass, finding])), packing: undefined };
}

function packingOf(analysed: AnalysedProblem, group: ClassGroup, outcomes: () => Outcomes, limit: number): Packing {
  if (group.monotone) return searchPacking(analysed, group, new Effort(limit));
  // What does not fit even if spreading and affinity ask for nothing does not fit.
  if (searchPacking(relaxed(analysed), group, new Effort(limit)).kind === "none") return { kind: "none" };
  const { packing, complete } = outcomes();
  return packing ? { kind: "found", steps: packing } : { kind: complete ? "none" : "unknown" };
}

/** The same without the constraints for which the order of placing matters. */
function relaxed({ problem, ...arena }: AnalysedProblem): AnalysedProblem {
  return { ...arena, problem: { ...problem, spreads: problem.spreads.map(() => []), affinities: problem.affinities.map(() => undefined) } };
}

/** A packing exists: can every order come to one? */
function riskOf(
  analysed: AnalysedProblem,
  group: ClassGroup,
  podClass: number,
  runs: readonly GreedyRun[],
  outcomes: () => Outcomes,
  tries: Effort,
  limit: number,
): ClassFinding {
  const failing = runThatLeaves(analysed, group, podClass, runs, tries);
  if (failing) return { kind: "order fails", order: failing.steps };
  if (group.local) {
    const blocking = searchBlocking(analysed, podClass, new Effort(limit));
    if (blocking.kind === "none") return { kind: "fits" };
    const made = blocking.kind === "found" && runGreedily(analysed, group.members, roomiest, blocking.steps);
    if (made && waits(made, group, podClass)) return { kind: "order fails", order: made.steps };
  }
  const { waiting, evicted, complete } = outcomes();
  const order = waiting.get(podClass);
  if (order) return { kind: "order fails", order };
  return complete && !evicted.has(podClass) ? { kind: "fits" } : { kind: "not proven" };
}

/** Runs that try to place all, up to the first that does; the first is nearest to what the scheduler does. */
function packingRuns(analysed: AnalysedProblem, group: ClassGroup): readonly GreedyRun[] {
  const runs: GreedyRun[] = [];
  for (const order of [byUrgency, bySize, byFreedom])
    for (const choice of [roomiest, tightest]) {
      const made = runGreedily(analysed, order(analysed, group.members), choice);
      runs.push(made);
      if (waitingIn(made, group) === 0) return runs;
    }
  return runs;
}

/**
 * Runs that put all others first. In a stage that is not monotone all of it takes part: a pod may wait for one that would come later. Those that come
 * afterwards may evict what is in its way.
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
  for (const order of [largestFirst.toReversed(), largestFirst])
    for (const choice of [...crowdedDomains(analysed, podClass), harmful(podClass), roomiest, tightest]) {
      const made = runGreedily(analysed, [...order, podClass, ...afterwards], choice);
      yield made;
      if (!tries.spend(made.steps.length * analysed.problem.hosts.length)) return;
    }
}

/** Fills one domain of a spread first: once it is full, the skew keeps the class out of the others. */
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

/** True if a pod of the class is left over at the end of the run, and nobody who is left can change that. */
function waits({ occupancy }: GreedyRun, { members }: ClassGroup, podClass: number): boolean {
  return (occupancy.left[podClass] ?? 0) > 0 && isAtRest(occupancy, members);
}
