import type { Cluster } from "./cluster";
import { evicts, indexes } from "./stages";

/**
 * True if the pod goes onto some host without the pods there that it may evict, all of them taken away at once, as the scheduler tries it (v1.37
 * `defaultpreemption`, SelectVictimsOnNode). Pods on other hosts stay, so what they repel over a domain stays refused.
 */
export function canMakeRoom(cluster: Cluster, pod: number): boolean {
  const { problem } = cluster;
  const lesser = indexes(problem.classes).filter((other) => evicts(problem, pod, other));
  return indexes(problem.hosts.length).some((host) => {
    if (problem.allowed[pod]?.[host] !== true) return false;
    const victims = lesser.flatMap((other) => new Array<number>(cluster.on(other, host)).fill(other));
    for (const victim of victims) cluster.remove(victim, host);
    const admitted = victims.length > 0 && cluster.admits(pod, host);
    for (const victim of victims) cluster.place(victim, host);
    return admitted;
  });
}
