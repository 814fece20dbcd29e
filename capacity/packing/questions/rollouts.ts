import { workloadId, type PackHost, type PackPod } from "../model";
import { prove, type Proof, type ProveOptions } from "../prove";

/** A workload while it is being rolled out: its old pods and, beside them, those of the surge. */
export interface Rollout {
  readonly pod: PackPod;
  readonly surge: number;
  readonly proof: Proof;
}

/** One rollout after the other, everything else standing still. `surges` holds further pods by `namespace/name` (see `scaleOf`). */
export function rollOutEach(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  surges: ReadonlyMap<string, number>,
  options: ProveOptions = {},
): readonly Rollout[] {
  return pods.flatMap((pod) => {
    const surge = surges.get(workloadId(pod)) ?? 0;
    if (surge === 0) return [];
    const during = pods.map((each) => (each === pod ? { ...pod, count: pod.count + surge } : each));
    return [{ pod, surge, proof: prove(hosts, during, options) }];
  });
}
