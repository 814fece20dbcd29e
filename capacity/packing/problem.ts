import { freeOf } from "../allocatable";
import { memoize } from "../memoize";
import type { Amounts } from "../requests";
import { AmountsTooLarge, scaledDown, type NamedAmount } from "./exact-numbers";
import { workloadId, type PackHost, type PackPod } from "./model";
import { byCodeUnits } from "./reasons";
import { affinityOf, interchangeable, repulsionsOf, spreadsOf, type Affinity, type Repulsion, type Spread } from "./relations";
import { mayStandOn } from "./selectors";
import { topologiesOf, type Topology } from "./topologies";

/**
 * Hosts and pods as tables, so that searches work on small integers. A kind is a set of equal pods. The first `classes` kinds are the classes of pods that are
 * to be placed; pods of the other kinds stand on hosts already. Amounts are scaled to safe integers, resource by resource (`exact-numbers.ts`).
 */
export interface PackingProblem {
  readonly hosts: readonly PackHost[];
  /** One pod of each kind. */
  readonly kinds: readonly PackPod[];
  readonly classes: number;
  /** By class: the workloads whose pods it holds. */
  readonly workloads: readonly (readonly PackPod[])[];
  /** By class: pods to place. */
  readonly counts: readonly number[];
  /** `pods` first. */
  readonly resources: readonly string[];
  /** By resource: how many millicores, bytes or pieces 1 in the tables means. */
  readonly units: readonly bigint[];
  /** By host and resource: what the pods that stand there leave. */
  readonly free: readonly (readonly number[])[];
  /** By resource: the most that any host has left. */
  readonly largest: readonly number[];
  /** By resource: the most that any pod asks for. */
  readonly greatest: readonly number[];
  /** By class and resource. */
  readonly requests: readonly (readonly number[])[];
  /** By class and host: whether labels, taints, names and volumes allow it. */
  readonly allowed: readonly (readonly boolean[])[];
  readonly standing: readonly { readonly kind: number; readonly host: number; readonly count: number }[];
  /** The first is the host itself. */
  readonly topologies: readonly Topology[];
  /** By class. */
  readonly repulsions: readonly (readonly Repulsion[])[];
  readonly spreads: readonly (readonly Spread[])[];
  readonly affinities: readonly (Affinity | undefined)[];
}

/**
 * The tables for hosts and pods. Both are sorted by name, so that the order in which they are given changes nothing.
 * @throws {RangeError} if a host or a workload occurs twice, a count is no whole number, or amounts cannot be added exactly.
 */
export function packingProblemOf(givenHosts: readonly PackHost[], givenPods: readonly PackPod[]): PackingProblem {
  const hosts = [...givenHosts].sort((a, b) => byCodeUnits(a.name, b.name));
  const all = [...givenPods].sort((a, b) => byCodeUnits(workloadId(a), workloadId(b)));
  refuseTwice(
    "host",
    hosts.map(({ name }) => name),
  );
  refuseTwice("workload", all.map(workloadId));
  for (const pod of all)
    if (Number.isInteger(pod.count) && pod.count > Number.MAX_SAFE_INTEGER)
      throw new AmountsTooLarge("pods", `${workloadId(pod)} has ${pod.count}`);
    else if (!Number.isSafeInteger(pod.count) || pod.count < 0)
      throw new RangeError(`${workloadId(pod)}: count is ${pod.count}; write a whole number`);

  const standingKinds = [...new Set(hosts.flatMap(({ standing = [] }) => standing))];
  const workloads = interchangeable(all, standingKinds);
  const pods = workloads.flatMap(([first, ...others]) =>
    first ? [{ ...first, count: others.reduce((sum, { count }) => sum + count, first.count) }] : [],
  );
  const kinds = [...pods, ...standingKinds];
  const kindOf = new Map(kinds.map((pod, kind) => [pod, kind]));
  const topologies = topologiesOf(hosts, kinds);
  return {
    hosts,
    kinds,
    classes: pods.length,
    workloads,
    counts: pods.map(({ count }) => count),
    ...amountsOf(hosts, pods),
    allowed: pods.map((pod) => hosts.map((host) => mayStandOn(pod, host))),
    standing: hosts.flatMap(({ standing = [] }, host) => standing.map((pod) => ({ kind: kindOf.get(pod) ?? 0, host, count: pod.count }))),
    topologies,
    repulsions: repulsionsOf(pods, kinds, topologies),
    spreads: pods.map((pod) => spreadsOf(pod, kinds, hosts, topologies)),
    affinities: pods.map((pod) => affinityOf(pod, kinds, topologies)),
  };
}

function amountsOf(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
): Pick<PackingProblem, "resources" | "units" | "largest" | "greatest" | "free" | "requests"> {
  const asked = pods.map(({ requests }): Amounts => ({ ...requests, pods: 1n }));
  const named = new Set(asked.flatMap((requests) => Object.keys(requests).filter((resource) => (requests[resource] ?? 0n) > 0n)));
  const resources = ["pods", ...[...named].filter((resource) => resource !== "pods").sort(byCodeUnits)];
  const left = hosts.map(freeOn);
  const columns = resources.map((resource) => {
    const named = (amount: bigint, whose: () => string): NamedAmount => ({ amount, whose });
    const { unit, amounts } = scaledDown(resource, [
      ...left.map((free, host) => named(free[resource] ?? 0n, () => `${hosts[host]?.name} has`)),
      ...pods.map((pod, index) =>
        named((asked[index]?.[resource] ?? 0n) * BigInt(pod.count), () => `${pod.count} pods like those of ${workloadId(pod)} ask for`),
      ),
      ...pods.map((pod, index) => named(asked[index]?.[resource] ?? 0n, () => `a pod of ${workloadId(pod)} asks for`)),
    ]);
    return { unit, free: amounts.slice(0, hosts.length), requests: amounts.slice(hosts.length + pods.length) };
  });
  return {
    resources,
    units: columns.map(({ unit }) => unit),
    largest: columns.map(({ free }) => Math.max(0, ...free)),
    greatest: columns.map(({ requests }) => Math.max(0, ...requests)),
    free: hosts.map((_, host) => columns.map(({ free }) => free[host] ?? 0)),
    requests: pods.map((_, podClass) => columns.map(({ requests }) => requests[podClass] ?? 0)),
  };
}

/** Proofs that are asked one after the other mostly share their hosts. */
const freeOn = memoize(freeOf);

function refuseTwice(what: string, names: readonly string[]): void {
  const twice = names.filter((name, index) => name === names[index + 1]);
  if (twice.length > 0)
    throw new RangeError(`${what} ${[...new Set(twice)].join(", ")} is given more than once; give it once, with its count`);
}
