import fc from "fast-check";
import { grouped } from "#af/capacity/packing/grouped";
import { workloadId, type PackHost, type PackPod } from "#af/capacity/packing/model";
import { prove, type PodVerdict, type Proof } from "#af/capacity/packing/prove";
import type { Outcome } from "./bare-pods";
import { disagreements, filtersOf, messageProblem, waitingBy } from "./claims";
import type { Facility } from "./facilities";
import { boundTo, podOf, priorityClassOf } from "./objects";
import type { RealScheduler, Turn } from "./scheduler";

/** A facility's proof beside what the scheduler did. */
export interface Examination {
  readonly proof: Proof;
  readonly outcomes: readonly Outcome[];
  /** Orders in which the proof says that a pod waits, tried out. */
  readonly replays: number;
  /** What contradicts the proof, each once. */
  readonly problems: readonly string[];
}

/** Three orders in which pods are made: one leaves the choice to the scheduler's queue, one has those of higher priority come last, and one is random. */
const RUNS: readonly { readonly room: "at once" | "when all wait"; readonly urgentLast: boolean }[] = [
  { room: "when all wait", urgentLast: false },
  { room: "at once", urgentLast: true },
  { room: "at once", urgentLast: false },
];

/** Makes the pods three times, and tries each order that fails according to the proof. */
export async function examine(
  scheduler: RealScheduler,
  { hosts, pods }: Facility,
  turns: readonly Turn[],
  seed: number,
): Promise<Examination> {
  const proof = prove(hosts, pods);
  const outcomes: Outcome[] = [];
  for (const [run, { room, urgentLast }] of RUNS.entries()) {
    const order = shuffled(turns, seed + run);
    outcomes.push(await scheduler.place(hosts, urgentLast ? order.toSorted(byPriority) : order, room));
  }
  const problems = outcomes.flatMap((outcome) => disagreements(hosts, proof, outcome));
  let replays = 0;
  for (const verdict of proof.pods) {
    const found = await replay(scheduler, hosts, turns, verdict);
    if (found === undefined) continue;
    replays += 1;
    problems.push(...found);
  }
  return { proof, outcomes, replays, problems: [...new Set(problems)] };
}

/** All pods of a facility, made from what the packer knows of them. */
export function turnsOf(pods: readonly PackPod[]): readonly Turn[] {
  return pods.flatMap((workload) => Array.from({ length: workload.count }, (_, ordinal) => ({ workload, pod: podOf(workload, ordinal) })));
}

/** The classes that {@link podOf} refers to. */
export function classesOf(pods: readonly PackPod[]) {
  return pods.map(priorityClassOf);
}

/** The facility as YAML, one line for each host and workload, below the command that draws it again. */
export function dump(seed: number, { hosts, pods }: Facility): string {
  const line = (each: object) => `  - ${JSON.stringify(each, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`;
  return [`# AF_AGREEMENT_SEED=${seed} AF_AGREEMENT_FACILITIES=1`, "hosts:", ...hosts.map(line), "pods:", ...pods.map(line)].join("\n");
}

/**
 * Puts pods where the failing order has them. The scheduler then has to refuse the pods of the workload that are left, in the words of the proof. Undefined
 * without such an order, or if none is left because pods of another workload wait instead.
 */
async function replay(
  scheduler: RealScheduler,
  hosts: readonly PackHost[],
  turns: readonly Turn[],
  { pod, grounds, message }: PodVerdict,
): Promise<readonly string[] | undefined> {
  if (grounds.kind !== "order fails") return undefined;
  const left = new Map([...grouped(turns, ({ workload }) => workloadId(workload))].map(([name, own]) => [name, [...own]]));
  const stand = grounds.order.flatMap((placed) =>
    (left.get(workloadId(placed)) ?? []).splice(0, placed.count).map((turn) => ({ ...turn, pod: boundTo(turn.pod, placed.host) })),
  );
  const wait = left.get(workloadId(pod)) ?? [];
  if (wait.length === 0) return undefined;
  const found = waitingBy(await scheduler.place(hosts, [...stand, ...wait], "at once")).get(workloadId(pod)) ?? [];
  if (found.length !== wait.length)
    return [`${wait.length} of ${workloadId(pod)} wait in the failing order, but the scheduler leaves ${found.length}`];
  return found.filter((each) => filtersOf(each.message) !== message).map((each) => messageProblem(pod, each.message, message));
}

function shuffled(turns: readonly Turn[], seed: number): readonly Turn[] {
  const [order = turns] = fc.sample(fc.shuffledSubarray([...turns], { minLength: turns.length }), { seed, numRuns: 1 });
  return order;
}

function byPriority(a: Turn, b: Turn): number {
  return (a.workload.priority ?? 0) - (b.workload.priority ?? 0);
}
