import { grouped } from "./grouped";
import { sum, wholeTimes } from "./exact-numbers";
import type { PackingProblem } from "./problem";
import type { Spread } from "./relations";
import type { AnalysedProblem } from "./class-groups";
import { closingPrices, type ClosingPrices } from "./closing-prices";
import { isPerHost } from "./topologies";

/**
 * True only if no pod of the class can ever be kept waiting, whatever others were placed before it, in whatever order and on whatever hosts: all of them
 * together can pay less than it costs to close every host that the class may use. Pods close a host by filling it ({@link ClosingPrices}); they close a domain
 * by repelling the class, or by being so many that a spread constraint refuses more. False says nothing.
 */
export function cannotBeKeptOut(analysed: AnalysedProblem, podClass: number): boolean {
  const { problem, reach } = analysed;
  if (problem.affinities[podClass] !== undefined) return false;
  const spreads = problem.spreads[podClass] ?? [];
  const hosts = (reach[podClass] ?? []).filter((host) => spreads.every(({ topology }) => domainIn(problem, topology, host) >= 0));
  if (cannotBeKeptOutOf(analysed, podClass, hosts, spreads)) return true;
  // A pod in the emptiest domain never breaks its constraint, and every domain may be the emptiest. Two constraints may have different emptiest domains, and
  // with fewer domains than minDomains none counts as the emptiest.
  const [spread, another] = spreads;
  return (
    spread !== undefined &&
    another === undefined &&
    spread.domains.length >= spread.minDomains &&
    spread.domains.every((domain) =>
      cannotBeKeptOutOf(
        analysed,
        podClass,
        hosts.filter((host) => domainIn(problem, spread.topology, host) === domain),
        [],
      ),
    )
  );
}

/** Tries the region as a whole, and then each set of its hosts that are in reach of the same classes: often few others come there. */
function cannotBeKeptOutOf(analysed: AnalysedProblem, podClass: number, region: readonly number[], spreads: readonly Spread[]): boolean {
  const others = (analysed.threats[podClass] ?? []).filter((other) => other !== podClass);
  const byReach = grouped(region, (host) => analysed.reachGroups[host]);
  const closers = closersOf(analysed, podClass, spreads);
  const regions = byReach.size === 1 ? [region] : [region, ...byReach.values()];
  return regions.some((hosts) => {
    const within = new Set(hosts);
    const guests = others.filter((other) => analysed.reach[other]?.some((host) => within.has(host)));
    const funds = fundsOf(analysed, podClass, guests, closers, hosts);
    for (const closing of closingPrices(analysed, podClass, hosts, guests)) if (closing.total > funds(closing)) return true;
    return false;
  });
}

/** Pods that may close domains of a topology; it takes `each` of them to close one. */
interface Closers {
  readonly topology: number;
  readonly kinds: ReadonlySet<number>;
  readonly each: number;
}

/** Topologies in which no two hosts share a domain count as one: a pod closes its own host once, however many constraints say so. */
function closersOf({ problem, threats }: AnalysedProblem, podClass: number, spreads: readonly Spread[]): readonly Closers[] {
  const own = (topology: number) => {
    const named = problem.topologies[topology];
    return named === undefined || isPerHost(named) ? 0 : topology;
  };
  const repulsions = (problem.repulsions[podClass] ?? []).filter(({ kind }) => threats[podClass]?.includes(kind));
  const repelling = [...grouped(repulsions, ({ topology }) => own(topology))].map(([topology, group]): Closers => ({
    topology,
    kinds: new Set(group.map(({ kind }) => kind)),
    each: 1,
  }));
  const counting = spreads.map(({ topology, counts, maxSkew, self }): Closers => ({
    topology: own(topology),
    kinds: new Set(counts.flatMap((counted, kind) => (counted ? [kind] : []))),
    // A domain is closed once it has more than maxSkew pods, the new one included, above the emptiest domain, which has 0 or more.
    each: maxSkew + (self ? 0 : 1),
  }));
  return [
    ...repelling,
    ...counting.filter(
      ({ topology, kinds }) => !repelling.some((other) => other.topology === topology && [...kinds].every((kind) => other.kinds.has(kind))),
    ),
  ];
}

/** The most that the other pods can pay at given prices: for room, and for the dearest domains that they can close. */
function fundsOf(
  { problem }: AnalysedProblem,
  podClass: number,
  guests: readonly number[],
  closers: readonly Closers[],
  hosts: readonly number[],
): (closing: ClosingPrices) => number {
  // One pod of the class itself is the one that waits, so it pays nothing.
  const count = (kind: number) =>
    kind < problem.classes
      ? (problem.counts[kind] ?? 0) - (kind === podClass ? 1 : 0)
      : sum(problem.standing.map((standing) => (standing.kind === kind ? standing.count : 0)));
  const paying = [...guests, podClass].map((kind) => ({ kind, pods: count(kind) })).filter(({ pods }) => pods !== 0);
  const closable = closers.map(({ topology, kinds, each }) => {
    const positions = grouped([...hosts.keys()], (position) => domainIn(problem, topology, hosts[position] ?? -1));
    return { domains: [...positions].filter(([domain]) => domain >= 0), most: wholeTimes(sum([...kinds].map(count)), each) };
  });
  return ({ costs, price }) => {
    const forDomains = closable.map(({ domains, most }) => {
      const dearest = domains.map(([, positions]) => sum(positions.map((position) => costs[position] ?? 0)));
      return sum(dearest.sort((a, b) => b - a).slice(0, most));
    });
    return sum(paying.map(({ kind, pods }) => pods * price(kind))) + sum(forDomains);
  };
}

function domainIn({ topologies }: PackingProblem, topology: number, host: number): number {
  return topologies[topology]?.domainOf[host] ?? -1;
}
