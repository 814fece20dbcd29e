import { wholeTimes } from "./exact-numbers";
import type { AnalysedProblem } from "./class-groups";

/** A sum by which pods cannot all be placed: they need more than their hosts have. */
export interface Shortage {
  /** `cpu` in millicores, `memory` and other resources in bytes or counts; or `places`: how many pods of a size the hosts hold, or domains. */
  readonly of: string;
  readonly need: bigint;
  readonly have: bigint;
  readonly hosts: readonly string[];
}

/**
 * The first shortage that is found among the classes, or undefined. The hosts that a class may use are a region. In each region the classes that may use no
 * other host are measured by a yardstick r: a pod counts as the least floor(request / r) over all resources, a host as the least floor(free / r). Since
 * floor(a) + floor(b) <= floor(a + b), the pods on a host never count for more than the host.
 */
export function shortage(analysed: AnalysedProblem, members: readonly number[]): Shortage | undefined {
  const { problem, reach } = analysed;
  const regions = new Map(members.map((podClass) => [(reach[podClass] ?? []).join(), reach[podClass] ?? []]));
  for (const region of [...regions.values(), union(analysed, members)]) {
    const within = new Set(region);
    const confined = members.filter((podClass) => reach[podClass]?.every((host) => within.has(host)));
    const found =
      shortOfPlaces(analysed, region, confined) ?? shortOfDomains(analysed, confined) ?? shortOfAmounts(analysed, region, confined);
    if (found) return { ...found, hosts: region.map((host) => problem.hosts[host]?.name ?? "") };
  }
  return undefined;
}

type Sum = Omit<Shortage, "hosts">;

/** Measures by yardsticks as large as a pod, so that what each host has left over does not count. */
function shortOfPlaces({ problem }: AnalysedProblem, region: readonly number[], confined: readonly number[]): Sum | undefined {
  const measured = new Set<string>();
  for (const size of confined) {
    const requests = problem.requests[size] ?? [];
    const asked = requests.flatMap((amount, resource) => (resource > 0 && amount > 0 ? [{ resource, amount }] : []));
    for (const yardstick of [asked, ...asked.map((one) => [one])]) {
      const name = yardstick.map(({ resource, amount }) => `${resource}:${amount}`).join();
      // Of pods that ask for equal amounts one is measured.
      if (yardstick.length === 0 || measured.has(name)) continue;
      measured.add(name);
      let need = 0;
      for (const podClass of confined) need += (problem.counts[podClass] ?? 0) * timesIn(problem.requests[podClass], yardstick);
      let have = 0;
      for (const host of region) have += timesIn(problem.free[host], yardstick);
      if (need > have) return { of: "places", need: BigInt(need), have: BigInt(have) };
    }
  }
  return undefined;
}

/** How many whole times a yardstick, which names at least one resource, goes into amounts. */
function timesIn(amounts: readonly number[] = [], yardstick: readonly { readonly resource: number; readonly amount: number }[]): number {
  let least = Infinity;
  for (const { resource, amount } of yardstick) least = Math.min(least, wholeTimes(Math.max(0, amounts[resource] ?? 0), amount));
  return least;
}

/** Counts domains: pods that repel their own kind need one each, and a domain that stays empty bounds what an even spread lets the others hold. */
function shortOfDomains(analysed: AnalysedProblem, confined: readonly number[]): Sum | undefined {
  const { problem, reach } = analysed;
  for (const podClass of confined) {
    const spread = shortOfSpread(analysed, podClass);
    if (spread) return spread;
    for (const { kind, topology } of problem.repulsions[podClass] ?? []) {
      if (kind !== podClass) continue;
      const domains = (reach[podClass] ?? []).map((host) => problem.topologies[topology]?.domainOf[host] ?? -1);
      // A host without the label is in no domain, so nothing is repelled there.
      if (domains.includes(-1)) continue;
      const [need, have] = [problem.counts[podClass] ?? 0, new Set(domains).size];
      if (need > have) return { of: "places", need: BigInt(need), have: BigInt(have) };
    }
  }
  return undefined;
}

/**
 * A spread constraint compares with the emptiest domain that it counts. Where no counted pod may stand in one of them, such as on a host with a taint that the
 * constraint does not heed, that one stays empty, and every other domain holds `maxSkew` pods at most.
 */
function shortOfSpread({ problem, reach }: AnalysedProblem, podClass: number): Sum | undefined {
  for (const { topology, maxSkew, minDomains, self, counts, domains } of problem.spreads[podClass] ?? []) {
    // Pods of another kind could fill the empty domain, and an empty selector counts none.
    if (!self || counts.some((counted, kind) => counted !== (kind === podClass))) continue;
    const reached = new Set((reach[podClass] ?? []).map((host) => problem.topologies[topology]?.domainOf[host] ?? -1));
    if (domains.every((domain) => reached.has(domain)) && domains.length >= minDomains) continue;
    const [need, have] = [problem.counts[podClass] ?? 0, [...reached].filter((domain) => domain >= 0).length * maxSkew];
    if (need > have) return { of: "places", need: BigInt(need), have: BigInt(have) };
  }
  return undefined;
}

function shortOfAmounts({ problem }: AnalysedProblem, region: readonly number[], confined: readonly number[]): Sum | undefined {
  for (const [resource, of] of problem.resources.entries()) {
    const need = confined.reduce(
      (sum, podClass) => sum + (problem.counts[podClass] ?? 0) * (problem.requests[podClass]?.[resource] ?? 0),
      0,
    );
    const have = region.reduce((sum, host) => sum + Math.max(0, problem.free[host]?.[resource] ?? 0), 0);
    const unit = problem.units[resource] ?? 1n;
    if (need > have) return { of, need: BigInt(need) * unit, have: BigInt(have) * unit };
  }
  return undefined;
}

function union({ reach }: AnalysedProblem, members: readonly number[]): readonly number[] {
  return [...new Set(members.flatMap((podClass) => reach[podClass] ?? []))].sort((a, b) => a - b);
}
