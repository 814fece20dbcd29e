import type { Cluster } from "./cluster";
import { evicts, indexes } from "./stages";

/**
 * True if the pod goes onto some host without the pods there that it may evict, all of them taken away at once, as the scheduler tries it (v1.37
 * `defaultpreemption`, SelectVictimsOnNode). Pods on other hosts stay, so what they repel over a domain stays refused; and where required affinity refuses the
 * pod, none of those that it means is on the host, so that no eviction there changes it.
 */
export function canMakeRoom(cluster: Cluster, pod: number): boolean {
  return indexes(cluster.problem.hosts.length).some((host) => canMakeRoomOn(cluster, pod, host));
}

/** True if nobody who is left goes anywhere by evicting others: what waits then waits for good, as long as nothing goes anywhere without. */
export function isAtRest(cluster: Cluster, classes: readonly number[]): boolean {
  return !classes.some((pod) => (cluster.left[pod] ?? 0) > 0 && canMakeRoom(cluster, pod));
}

/**
 * Every set of pods on the host that the scheduler may evict for the pod: it goes there without them. A superset of what v1.37 chooses, which puts back as
 * many as it can, the most important first.
 */
export function victimsOn(cluster: Cluster, pod: number, host: number): readonly (readonly number[])[] {
  if (!canMakeRoomOn(cluster, pod, host)) return [];
  const choices = lesserOn(cluster, pod, host).reduce<readonly (readonly number[])[]>(
    (sets, other) =>
      sets.flatMap((set) => indexes(cluster.on(other, host) + 1).map((count) => [...set, ...new Array<number>(count).fill(other)])),
    [[]],
  );
  return choices.filter((victims) => victims.length > 0 && isAdmittedWithout(cluster, victims, pod, host));
}

function canMakeRoomOn(cluster: Cluster, pod: number, host: number): boolean {
  const victims = lesserOn(cluster, pod, host).flatMap((other) => new Array<number>(cluster.on(other, host)).fill(other));
  return victims.length > 0 && isAdmittedWithout(cluster, victims, pod, host);
}

/** Classes on the host that the pod may evict. */
function lesserOn(cluster: Cluster, pod: number, host: number): readonly number[] {
  return indexes(cluster.problem.classes).filter((other) => cluster.on(other, host) > 0 && evicts(cluster.problem, pod, other));
}

function isAdmittedWithout(cluster: Cluster, victims: readonly number[], pod: number, host: number): boolean {
  for (const victim of victims) cluster.remove(victim, host);
  const admitted = cluster.admits(pod, host);
  for (const victim of victims) cluster.place(victim, host);
  return admitted;
}
