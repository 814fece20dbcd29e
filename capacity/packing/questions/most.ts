import { smaller } from "../../quantity";
import type { PackHost, PackPod } from "../model";
import { prove, type Proof, type ProveOptions } from "../prove";
import { greatest } from "./searching";
import { mayStandOn } from "../selectors";

/** How many pods of one workload fit beside everything else. */
export interface MostPods {
  /** So many fit whatever the scheduler does. */
  readonly proven: number;
  /** For so many a placement is known. */
  readonly packed: number;
  /** So many would fit on a single host as large as all together, without anything else: what dividing totals says. */
  readonly totals: number;
  /** How many are asked for: the count of the pods. */
  readonly need: number;
  /** `proven - need`; negative if it is not certain that they fit. */
  readonly margin: number;
}

/**
 * How many pods like `repeated` fit beside the others. With more than `proven` some order leaves a pod waiting, or none such could be excluded.
 * @throws {RangeError} as {@link prove}.
 */
export function mostThatFit(
  hosts: readonly PackHost[],
  others: readonly PackPod[],
  repeated: PackPod,
  options: ProveOptions = {},
): MostPods {
  const totals = inTotal(hosts, repeated);
  const proofOf = (count: number) => prove(hosts, [...others, { ...repeated, count }], options);
  const packed = greatest(totals, (count) => packs(proofOf(count)));
  const proven = greatest(packed, (count) => proofOf(count).verdict === "fits");
  return { proven, packed, totals, need: repeated.count, margin: proven - repeated.count };
}

function packs({ pods }: Proof): boolean {
  return pods.every(({ grounds: { kind } }) => kind !== "excluded" && kind !== "neither found nor excluded");
}

function inTotal(hosts: readonly PackHost[], pod: PackPod): number {
  const asked = Object.entries({ ...pod.requests, pods: 1n }).filter(([, amount]) => amount > 0n);
  const allowed = hosts.filter((host) => mayStandOn(pod, host));
  const times = asked.map(
    ([resource, amount]) => allowed.reduce((sum, { allocatable }) => sum + (allocatable[resource] ?? 0n), 0n) / amount,
  );
  return Number(times.reduce(smaller));
}
