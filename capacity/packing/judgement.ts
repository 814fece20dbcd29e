import { shortage, type Shortage } from "./bounds";
import { searchBlocking } from "./blocking";
import { Effort } from "./effort";
import { isAtRest } from "./evictions";
import { explore, type Outcomes } from "./explore";
import { searchPacking, type Packing } from "./feasible";
import { byFreedom, bySize, byUrgency, harmful, roomiest, run, tightest, within, type Choice, type Run, type Steps } from "./greedy";
import type { Arena, Stage } from "./stages";

/** What was found out about a class whose place is not certain from the start. */
export type Finding =
  | { readonly kind: "fits" }
  | { readonly kind: "excluded"; readonly shortage: Shortage | undefined; readonly best: Steps }
  | { readonly kind: "order fails"; readonly order: Steps }
  | { readonly kind: "not proven" }
  | { readonly kind: "neither found nor excluded"; readonly best: Steps };

/** Findings of a stage, and a packing of it if one was found. */
export interface Judgement {
  readonly findings: ReadonlyMap<number, Finding>;
  readonly packing: Steps | undefined;
}

/** Greedy runs may try this many times as often as a search: a try of theirs is cheap, and a run that fails saves the search. */
const TRIES_OF_RUNS = 5;

/** Judges the classes of `pods`, all of which have this stage. `limit` is the effort of one search. */
export function judge(arena: Arena, stage: Stage, pods: readonly number[], limit: number): Judgement {
  const tooLittle = shortage(arena, stage.members);
  const runs = packingRuns(arena, stage);
  const lasting = runs.filter(({ cluster }) => isAtRest(cluster, stage.members));
  const best = (lasting.length > 0 ? lasting : runs).reduce((a, b) => (waitingIn(b, stage) < waitingIn(a, stage) ? b : a));
  if (tooLittle) return all(pods, { kind: "excluded", shortage: tooLittle, best: best.steps });

  const complete = waitingIn(best, stage) === 0;
  const outcomes = once(() => explore(arena, stage, new Effort(limit)));
  const packing: Packing = complete ? { kind: "found", steps: best.steps } : packingOf(arena, stage, outcomes, limit);
  if (packing.kind === "none") return all(pods, { kind: "excluded", shortage: undefined, best: best.steps });
  if (packing.kind === "unknown") return all(pods, { kind: "neither found nor excluded", best: best.steps });

  const tries = new Effort(limit * TRIES_OF_RUNS);
  const findings = bySize(arena, pods).map((pod) => [pod, riskOf(arena, stage, pod, runs, outcomes, tries, limit)] as const);
  return { findings: new Map(findings), packing: packing.steps };
}

/** True if one of the runs that are tried first leaves a pod of the class waiting: it does not fit, or is at risk. */
export function isLeftByARun(arena: Arena, stage: Stage, pod: number, limit: number): boolean {
  return runThatLeaves(arena, stage, pod, packingRuns(arena, stage), new Effort(limit * TRIES_OF_RUNS)) !== undefined;
}

/** The first of these runs, and then of harmful ones, that leaves a pod of the class waiting. */
function runThatLeaves(arena: Arena, stage: Stage, pod: number, runs: readonly Run[], tries: Effort): Run | undefined {
  for (const kind of [runs, harmfulRuns(arena, stage, pod, tries)]) for (const made of kind) if (waits(made, stage, pod)) return made;
  return undefined;
}

function all(pods: readonly number[], finding: Finding): Judgement {
  return { findings: new Map(pods.map((pod) => [pod, finding])), packing: undefined };
}

function packingOf(arena: Arena, stage: Stage, outcomes: () => Outcomes, limit: number): Packing {
  if (stage.monotone) return searchPacking(arena, stage, new Effort(limit));
  // What does not fit even if spreading and affinity ask for nothing does not fit.
  if (searchPacking(relaxed(arena), stage, new Effort(limit)).kind === "none") return { kind: "none" };
  const { packing, complete } = outcomes();
  return packing ? { kind: "found", steps: packing } : { kind: complete ? "none" : "unknown" };
}

/** The same without the constraints for which the order of placing matters. */
function relaxed({ problem, ...arena }: Arena): Arena {
  return { ...arena, problem: { ...problem, spreads: problem.spreads.map(() => []), affinities: problem.affinities.map(() => undefined) } };
}

/** A packing exists: can every order come to one? */
function riskOf(
  arena: Arena,
  stage: Stage,
  pod: number,
  runs: readonly Run[],
  outcomes: () => Outcomes,
  tries: Effort,
  limit: number,
): Finding {
  const failing = runThatLeaves(arena, stage, pod, runs, tries);
  if (failing) return { kind: "order fails", order: failing.steps };
  if (stage.local) {
    const blocking = searchBlocking(arena, pod, new Effort(limit));
    if (blocking.kind === "none") return { kind: "fits" };
    const made = blocking.kind === "found" && run(arena, stage.members, roomiest, blocking.steps);
    if (made && waits(made, stage, pod)) return { kind: "order fails", order: made.steps };
  }
  const { waiting, evicted, complete } = outcomes();
  const order = waiting.get(pod);
  if (order) return { kind: "order fails", order };
  return complete && !evicted.has(pod) ? { kind: "fits" } : { kind: "not proven" };
}

/** Runs that try to place all, up to the first that does; the first is nearest to what the scheduler does. */
function packingRuns(arena: Arena, stage: Stage): readonly Run[] {
  const runs: Run[] = [];
  for (const order of [byUrgency, bySize, byFreedom])
    for (const choice of [roomiest, tightest]) {
      const made = run(arena, order(arena, stage.members), choice);
      runs.push(made);
      if (waitingIn(made, stage) === 0) return runs;
    }
  return runs;
}

/**
 * Runs that put all others first. In a stage that is not monotone all of it takes part: a pod may wait for one that would come later. Those that come
 * afterwards may evict what is in its way.
 */
function* harmfulRuns(arena: Arena, { members, monotone, peaceful }: Stage, pod: number, tries: Effort): Generator<Run> {
  const others = (monotone ? (arena.threats[pod] ?? []) : members).filter((other) => other !== pod);
  const afterwards = peaceful ? [] : members.filter((other) => other !== pod && !others.includes(other));
  const largestFirst = bySize(arena, others);
  if (tries.exhausted) return;
  for (const order of [largestFirst.toReversed(), largestFirst])
    for (const choice of [...crowdedDomains(arena, pod), harmful(pod), roomiest, tightest]) {
      const made = run(arena, [...order, pod, ...afterwards], choice);
      yield made;
      if (!tries.spend(made.steps.length * arena.problem.hosts.length)) return;
    }
}

/** Fills one domain of a spread first: once it is full, the skew keeps the class out of the others. */
function crowdedDomains({ problem }: Arena, pod: number): readonly Choice[] {
  return (problem.spreads[pod] ?? []).flatMap(({ domains, topology }) =>
    domains.map((domain) => within((host) => problem.topologies[topology]?.domainOf[host] === domain)),
  );
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function waitingIn({ cluster }: Run, { members }: Stage): number {
  return members.reduce((sum, pod) => sum + (cluster.left[pod] ?? 0), 0);
}

/** True if a pod of the class is left over at the end of the run, and nobody who is left can change that. */
function waits({ cluster }: Run, { members }: Stage, pod: number): boolean {
  return (cluster.left[pod] ?? 0) > 0 && isAtRest(cluster, members);
}
