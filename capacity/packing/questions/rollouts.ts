import { workloadId, type PackHost, type PackPod } from "../model";
import { prove, type Proof, type ProveOptions } from "../prove";

/** A workload while it is rolled out: its old pods, and `surge` new ones beside them. */
export interface Rollout {
  readonly pod: PackPod;
  readonly surge: number;
  readonly proof: Proof;
}

/**
 * Rolls out one workload after the other, while everything else stands still. `surges` holds the further pods by `namespace/name` (see `scaleOf`).
 * @throws {RangeError} as {@link prove}.
 */
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
