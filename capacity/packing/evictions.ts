import type { Occupancy } from "./occupancy";
import { evicts, indexes } from "./class-groups";

/**
 * True if the pod goes onto some host without the pods there that it may evict, all of them taken away at once, as the scheduler tries it (v1.37
 * `defaultpreemption`, SelectVictimsOnNode). Pods on other hosts stay, so what they repel over a domain stays refused; and where required affinity refuses the
 * pod, none of those that it means is on the host, so that no eviction there changes it.
 */
export function canMakeRoom(occupancy: Occupancy, podClass: number): boolean {
  return indexes(occupancy.problem.hosts.length).some((host) => canMakeRoomOn(occupancy, podClass, host));
}

/** True if nobody who is left goes anywhere by evicting others: what waits then waits for good, as long as nothing goes anywhere without. */
export function isAtRest(occupancy: Occupancy, classes: readonly number[]): boolean {
  return !classes.some((podClass) => (occupancy.left[podClass] ?? 0) > 0 && canMakeRoom(occupancy, podClass));
}

/**
 * Every set of pods on the host that the scheduler may evict for the pod: it goes there without them. A superset of what v1.37 chooses, which puts back as
 * many as it can, the most important first.
 */
export function victimsOn(occupancy: Occupancy, podClass: number, host: number): readonly (readonly number[])[] {
  if (!canMakeRoomOn(occupancy, podClass, host)) return [];
  const choices = lesserOn(occupancy, podClass, host).reduce<readonly (readonly number[])[]>(
    (sets, other) =>
      sets.flatMap((set) => indexes(occupancy.on(other, host) + 1).map((count) => [...set, ...new Array<number>(count).fill(other)])),
    [[]],
  );
  return choices.filter((victims) => victims.length > 0 && isAdmittedWithout(occupancy, victims, podClass, host));
}

function canMakeRoomOn(occupancy: Occupancy, podClass: number, host: number): boolean {
  const victims = lesserOn(occupancy, podClass, host).flatMap((other) => new Array<number>(occupancy.on(other, host)).fill(other));
  return victims.length > 0 && isAdmittedWithout(occupancy, victims, podClass, host);
}

/** Classes on the host that the pod may evict. */
function lesserOn(occupancy: Occupancy, podClass: number, host: number): readonly number[] {
  return indexes(occupancy.problem.classes).filter((other) => occupancy.on(other, host) > 0 && evicts(occupancy.problem, podClass, other));
}

function isAdmittedWithout(occupancy: Occupancy, victims: readonly number[], podClass: number, host: number): boolean {
  for (const victim of victims) occupancy.remove(victim, host);
  const admitted = occupancy.admits(podClass, host);
  for (const victim of victims) occupancy.place(victim, host);
  return admitted;
}
