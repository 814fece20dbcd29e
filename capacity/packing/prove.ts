import { cannotBeKeptOut } from "./certificate";
import type { Shortage } from "./bounds";
import { Occupancy } from "./occupancy";
import type { Steps } from "./greedy";
import { isLeftByARun, judgeGroup, type ClassFinding, type GroupJudgement } from "./judgement";
import { placedOf } from "./layout";
import { workloadId, type PackHost, type PackPod, type PlacedPods } from "./model";
import { packingProblemOf } from "./problem";
import { eventMessage, type Refusal } from "./reasons";
import { schedulerRefusals } from "./refusals";
import { analyse, indexes, classGroupOf, classGroupsOf, type AnalysedProblem, type ClassGroup } from "./class-groups";

/**
 * `fits`: it is proven that no pod waits, in whatever order the scheduler takes the pods and whatever hosts it chooses among those that pass its filters.
 * `at risk`: a placement of all pods was found, and in some order a pod waits or none was excluded. `not settled`: the search ended before it found a placement
 * or excluded all. `does not fit`: it is proven that no placement holds all pods.
 */
export type PackingVerdict = (typeof PACKING_VERDICTS)[number];

/** Every {@link PackingVerdict}, from the best to the worst. */
export const PACKING_VERDICTS = ["fits", "at risk", "not settled", "does not fit"] as const;

/** Why the verdict is what it is. `effort` is what one search was allowed, in hosts that it looks at. */
export type Grounds =
  | { readonly kind: "proven" }
  /** No placement: by a sum, or because all were tried. */
  | { readonly kind: "excluded"; readonly shortage: Shortage | undefined }
  /** All can be placed, but placed in this order a pod waits. */
  | { readonly kind: "order fails"; readonly order: readonly PlacedPods[] }
  /** All can be placed; the search ended before it found an order that fails, or excluded all. */
  | { readonly kind: "not proven"; readonly effort: number }
  /** The search ended before it found or excluded a placement. */
  | { readonly kind: "neither found nor excluded"; readonly effort: number };

/** What becomes of the pods of one workload. */
export interface PodVerdict {
  readonly pod: PackPod;
  readonly verdict: PackingVerdict;
  readonly grounds: Grounds;
  /** How many pods wait in the failing order, or in the best placement that was found; 0 if none is known to wait. */
  readonly waiting: number;
  /** Why, by reason, when they wait. */
  readonly refusals: readonly Refusal[];
  /** The same in the words of the scheduler's event; empty if none waits. */
  readonly message: string;
}

/** What was proven about pods on hosts. */
export interface Proof {
  /** The worst of any pod. */
  readonly verdict: PackingVerdict;
  readonly pods: readonly PodVerdict[];
  /** A placement of each set of pods that had to be searched for; empty if every pod's place was certain without. */
  readonly packings: readonly (readonly PlacedPods[])[];
}

/** How hard a proof tries. */
export interface ProveOptions {
  /** Hosts that one search looks at before it gives up; 100,000 if not said. */
  readonly effort?: number;
}

/** Hosts that one search looks at. Our choice: docs/sources.md, Capacity. */
const DEFAULT_EFFORT = 100_000;

/**
 * Proves whether the pods fit on the hosts, whatever the scheduler does. The scheduler tries a refused pod again when others have been placed. A pod that can
 * make room by evicting pods of lower priority does not wait; the evicted ones do. So a pod is judged beside the pods that it cannot evict.
 * @throws {RangeError} as {@link packingProblemOf}.
 */
export function prove(hosts: readonly PackHost[], pods: readonly PackPod[], { effort = DEFAULT_EFFORT }: ProveOptions = {}): Proof {
  const analysed = analyse(packingProblemOf(hosts, pods));
  const { findings, packings } = findingsOf(analysed, effort);
  const verdicts = analysed.problem.workloads.flatMap((pods, index) =>
    verdictsOf(analysed, pods, index, findings.get(index) ?? { kind: "fits" }, effort),
  );
  return {
    verdict: worstVerdict(verdicts.map(({ verdict }) => verdict)),
    pods: verdicts,
    packings: packings.map((steps) => placedOf(analysed, steps)),
  };
}

/** How a quick proof goes about it. */
export interface FitOptions extends ProveOptions {
  /** Workloads that are looked at first, for they are likely to wait. */
  readonly suspects?: readonly PackPod[];
}

/**
 * True if {@link prove} says that all pods fit. It is much quicker where they do not, because it ends with the first pod that waits.
 * @throws {RangeError} as {@link packingProblemOf}.
 */
export function provesToFit(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  { effort = DEFAULT_EFFORT, suspects = [] }: FitOptions = {},
): boolean {
  const analysed = analyse(packingProblemOf(hosts, pods));
  const suspected = new Set(suspects.map(workloadId));
  const likely = indexes(analysed.problem.classes).filter((index) =>
    analysed.problem.workloads[index]?.some((pod) => suspected.has(workloadId(pod))),
  );
  if (likely.some((podClass) => isLeftByARun(analysed, classGroupOf(analysed, podClass), podClass, effort))) return false;
  return uncertainIn(analysed).every(({ group, members }) =>
    [...judgeGroup(analysed, group, members, effort).findings.values()].every(({ kind }) => kind === "fits"),
  );
}

/** The worst of several verdicts; `fits` of none. */
export function worstVerdict(verdicts: readonly PackingVerdict[]): PackingVerdict {
  return PACKING_VERDICTS.findLast((verdict) => verdicts.includes(verdict)) ?? "fits";
}

/** What was found out about every class that has no certificate, group by group. */
function findingsOf(
  analysed: AnalysedProblem,
  effort: number,
): { readonly findings: ReadonlyMap<number, ClassFinding>; readonly packings: readonly Steps[] } {
  const judgements = uncertainIn(analysed).map(({ group, members }): GroupJudgement => judgeGroup(analysed, group, members, effort));
  return {
    findings: new Map(judgements.flatMap(({ findings }) => [...findings])),
    packings: judgements.flatMap(({ packing }) => (packing ? [packing] : [])),
  };
}

/** Classes without a certificate, by the group that they share. */
function uncertainIn(analysed: AnalysedProblem): readonly { readonly group: ClassGroup; readonly members: readonly number[] }[] {
  const uncertain = indexes(analysed.problem.classes).filter((podClass) => !cannotBeKeptOut(analysed, podClass));
  return classGroupsOf(analysed, uncertain);
}

/**
 * A verdict for each workload of a class. The pods that wait may be those of any of them. The verdicts name the last ones, because {@link placedOf} places those
 * of the first workload first.
 */
function verdictsOf(
  analysed: AnalysedProblem,
  pods: readonly PackPod[],
  index: number,
  finding: ClassFinding,
  effort: number,
): readonly PodVerdict[] {
  const [verdict, grounds, steps] = outcomeOf(analysed, finding, effort);
  const { waiting, ...why } = waitingAfter(analysed, steps, index);
  let standing = pods.reduce((sum, { count }) => sum + count, 0) - waiting;
  return pods.map((pod) => {
    const placed = Math.min(pod.count, standing);
    standing -= placed;
    return { pod, verdict, grounds, waiting: pod.count - placed, ...why };
  });
}

function outcomeOf(
  analysed: AnalysedProblem,
  finding: ClassFinding,
  effort: number,
): readonly [PackingVerdict, Grounds, Steps | undefined] {
  switch (finding.kind) {
    case "fits":
      return ["fits", { kind: "proven" }, undefined];
    case "excluded":
      return ["does not fit", { kind: "excluded", shortage: finding.shortage }, finding.best];
    case "order fails":
      return ["at risk", { kind: "order fails", order: placedOf(analysed, finding.order) }, finding.order];
    case "not proven":
      return ["at risk", { kind: "not proven", effort }, undefined];
    case "neither found nor excluded":
      return ["not settled", { kind: "neither found nor excluded", effort }, finding.best];
  }
}

type Waiting = Pick<PodVerdict, "waiting" | "refusals" | "message">;

const NOBODY: Waiting = { waiting: 0, refusals: [], message: "" };

/** How many pods of the class are left after the steps, and why. */
function waitingAfter({ problem }: AnalysedProblem, steps: Steps | undefined, podClass: number): Waiting {
  if (steps === undefined) return NOBODY;
  const occupancy = new Occupancy(problem);
  for (const [placed, host] of steps) occupancy.place(placed, host);
  const waiting = occupancy.left[podClass] ?? 0;
  if (waiting === 0) return NOBODY;
  const why = schedulerRefusals(occupancy, podClass);
  return { waiting, refusals: why, message: eventMessage(why, problem.hosts.length) };
}
