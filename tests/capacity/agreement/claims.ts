import { grouped } from "#af/capacity/packing/grouped";
import { workloadId, type PackHost, type PackPod } from "#af/capacity/packing/model";
import { prove, type PodVerdict, type Proof } from "#af/capacity/packing/prove";
import type { Outcome, WaitingPod } from "./bare-pods";

/** What contradicts a proof after the scheduler ran, as sentences; none if the two agree. */
export function disagreements(hosts: readonly PackHost[], proof: Proof, outcome: Outcome): readonly string[] {
  return [...countProblems(proof, outcome), ...[...waitingBy(outcome).values()].flatMap((pods) => refusalProblems(hosts, outcome, pods))];
}

/** Pods that wait although the proof says that they fit, and pods that found a place although it says that they do not fit. */
function countProblems({ pods }: Proof, outcome: Outcome): readonly string[] {
  const waiting = waitingBy(outcome);
  const found = ({ pod }: PodVerdict) => waiting.get(workloadId(pod)) ?? [];
  const excluded = pods.filter(({ verdict }) => verdict === "does not fit");
  const names = excluded.map(({ pod }) => workloadId(pod)).join(", ");
  // Of several workloads that do not fit together, the order decides which one waits.
  const [need, have] = [excluded.length === 1 ? (excluded[0]?.waiting ?? 0) : 1, excluded.reduce((sum, pod) => sum + found(pod).length, 0)];
  return [
    ...pods
      .filter((pod) => pod.verdict === "fits" && found(pod).length > 0)
      .map((pod) => `${workloadId(pod.pod)} fits, but ${found(pod).length} wait: ${found(pod)[0]?.message}`),
    ...(excluded.length > 0 && have < need ? [`${need} or more of ${names} do not fit, but ${have} wait`] : []),
  ];
}

/**
 * Whether the packer refuses the waiting pods of a workload for the scheduler's reasons, word by word, given the pods that were placed. The reasons that a
 * proof foretells cannot be compared word by word, because they depend on which pods took the room.
 */
function refusalProblems(hosts: readonly PackHost[], { placed }: Outcome, waiting: readonly WaitingPod[]): readonly string[] {
  const placedOn = (host: string): readonly PackPod[] =>
    placed.filter((pod) => pod.host === host).map((pod) => ({ ...pod.workload, count: 1 }));
  const asTheyStand = hosts.map((host) => ({ ...host, standing: [...(host.standing ?? []), ...placedOn(host.name)] }));
  const [first] = waiting;
  const said = first && prove(asTheyStand, [{ ...first.workload, count: 1 }]).pods[0]?.message;
  return waiting
    .filter(({ message }) => filtersOf(message) !== said)
    .map(({ workload, message }) => messageProblem(workload, message, said));
}

/** For each workload that waits and was said not to fit: the message of the proof's best placement, and the scheduler's. */
export function messagesOf({ pods }: Proof, outcome: Outcome): readonly { readonly said: string; readonly heard: string }[] {
  const waiting = waitingBy(outcome);
  return pods
    .filter(({ verdict }) => verdict === "does not fit")
    .flatMap(({ pod, message }) =>
      (waiting.get(workloadId(pod)) ?? []).slice(0, 1).map((found) => ({ said: message, heard: filtersOf(found.message) })),
    );
}

/** What differs between the scheduler's message and the packer's. */
export function messageProblem(workload: PackPod, message: string, said: string | undefined): string {
  return `${workloadId(workload)} waits for other reasons\n    scheduler: ${message}\n    packer:    ${said}`;
}

/** The part of the scheduler's message that its filters write. What preemption adds behind it counts hosts in other words. */
export function filtersOf(message: string): string {
  return message.replace(/(?<=\.) preemption: .*/, "");
}

/** Pods that wait, by workload. */
export function waitingBy({ waiting }: Outcome): ReadonlyMap<string, readonly WaitingPod[]> {
  return grouped(waiting, ({ workload }) => workloadId(workload));
}
