import type { Occupancy } from "./occupancy";
import { evicts, indexes } from "./class-groups";

/**
 * True if some host admits a pod of the class once all pods that it may evict there are taken away at once, as the scheduler tries it. Pods on other hosts
 * stay, so what they repel over a whole domain stays refused. Where required affinity refuses the pod, no pod that it must be near is on the host, so that no
 * eviction there helps. As SelectVictimsOnNode does it:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
 */
export function canMakeRoom(occupancy: Occupancy, podClass: number): boolean {
  return indexes(occupancy.problem.hosts.length).some((host) => canMakeRoomOn(occupancy, podClass, host));
}

/** True if no pod that is left can make room for itself by evicting others. If none can be placed without evictions either, they all wait for good. */
export function isAtRest(occupancy: Occupancy, classes: readonly number[]): boolean {
  return !classes.some((podClass) => (occupancy.left[podClass] ?? 0) > 0 && canMakeRoom(occupancy, podClass));
}

/**
 * Every set of pods on the host that leaves room for the pod once it is evicted. The scheduler's own choice is one of them: it puts back as many as it can, the
 * most important first.
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
  const lesser: number[] = [];
  for (let other = 0; other < occupancy.problem.classes; other += 1)
    if (occupancy.on(other, host) !== 0 && evicts(occupancy.problem, podClass, other)) lesser.push(other);
  return lesser;
}

function isAdmittedWithout(occupancy: Occupancy, victims: readonly number[], podClass: number, host: number): boolean {
  for (const victim of victims) occupancy.remove(victim, host);
  const admitted = occupancy.admits(podClass, host);
  for (const victim of victims) occupancy.place(victim, host);
  return admitted;
}
