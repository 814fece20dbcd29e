import { sum, wholeTimes } from "./exact-numbers";
import type { AnalysedProblem } from "./class-groups";

/**
 * What it costs to close hosts to a class. At a `price` by class, every set of pods that leaves no room on a host for one more pod of the class costs at least
 * the host's `costs`. So pods that can pay less than all hosts cost cannot close them all.
 *
 * Why this holds: take any whole number q for each host, and for each resource the unit u = min over hosts of floor((free - request) / q). Price a pod at
 * max over resources of ceil(its request / u). Pods that cost q or less use at most q * u <= free - request of every resource, so that there is room for
 * one more. Closing a host therefore costs at least q + 1. Resources that the class does not ask for are left out, because it is never refused for them.
 */
export interface ClosingPrices {
  /** Of each host, in the order in which they were given. */
  readonly costs: readonly number[];
  /** Of all hosts. */
  readonly total: number;
  /** Of a class. */
  readonly price: (podClass: number) => number;
}

/**
 * Parts into which a yardstick is divided: few parts prove most where few other pods compete, many parts where many do.
 * Our choice: docs/sources.md, Capacity.
 */
const PARTS = [1, 2, 4, 8, 12, 16, 24, 32, 64];

/** The most parts into which a unit of a resource is divided. */
const FINEST = 2 ** 20;

/** Prices for closing hosts in reach of a class, measured in parts of its own requests and of the requests of the classes that take most. */
export function* closingPrices(
  analysed: AnalysedProblem,
  podClass: number,
  hosts: readonly number[],
  others: readonly number[],
): Generator<ClosingPrices> {
  const { problem } = analysed;
  const asked = problem.requests[podClass] ?? [];
  const slacks = hosts.map((host) => (problem.free[host] ?? []).map((free, resource) => free - (asked[resource] ?? 0)));
  const fineness = asked.flatMap((amount, resource) => (amount === 0 ? [] : [{ resource, fine: finenessOf(problem, resource) }]));
  for (const yardstick of [podClass, ...heaviest(analysed, others)])
    for (const parts of PARTS)
      yield pricesInUnits(
        problem,
        slacks,
        fineness,
        slacks.map((slack) => timesAtLeast(analysed, podClass, yardstick, parts, slack)),
      );
}

/** A resource, and into how many parts its unit is divided. */
interface Fineness {
  readonly resource: number;
  readonly fine: number;
}

function pricesInUnits(
  problem: AnalysedProblem["problem"],
  slacks: readonly (readonly number[])[],
  fineness: readonly Fineness[],
  quantities: readonly number[],
): ClosingPrices {
  const units = fineness.map(({ resource, fine }) => {
    let unit = Infinity;
    for (const [index, slack] of slacks.entries()) {
      const quantity = quantities[index] ?? 0;
      if (quantity !== 0) unit = Math.min(unit, wholeTimes((slack[resource] ?? 0) * fine, quantity));
    }
    return { resource, fine, unit };
  });
  const costs = quantities.map((quantity) => quantity + 1);
  return {
    costs,
    total: sum(costs),
    price: (other) => {
      const requests = problem.requests[other] ?? [];
      let price = 0;
      for (const { resource, fine, unit } of units) price = Math.max(price, timesToCover((requests[resource] ?? 0) * fine, unit));
      return price;
    },
  };
}

/** How many parts a unit of a resource is divided into: so many that rounding down costs next to nothing, while every product stays a safe integer. */
function finenessOf({ largest, greatest }: AnalysedProblem["problem"], resource: number): number {
  const most = Math.max(1, largest[resource] ?? 0, greatest[resource] ?? 0);
  return Math.min(FINEST, Math.max(1, wholeTimes(Number.MAX_SAFE_INTEGER, 2 * most)));
}

function timesToCover(amount: number, unit: number): number {
  if (amount === 0) return 0;
  if (unit === Infinity) return 1;
  return unit === 0 ? Infinity : wholeTimes(amount + unit - 1, unit);
}

/** How often a part of the yardstick goes into the slack, by the resources that the class asks for too. If there are none, how many pods the slack has. */
function timesAtLeast({ problem }: AnalysedProblem, podClass: number, yardstick: number, parts: number, slack: readonly number[]): number {
  const asked = problem.requests[podClass] ?? [];
  const measure = problem.requests[yardstick] ?? [];
  const least = slack.reduce((least, free, resource) => {
    const size = measure[resource] ?? 0;
    // Resource 0 counts pods, whatever their size.
    if (resource === 0 || (asked[resource] ?? 0) === 0 || size === 0) return least;
    return Math.min(least, wholeTimes(free * parts, size));
  }, Infinity);
  return least === Infinity ? (slack[0] ?? 0) : least;
}

/** The three classes that ask for the largest share of anything, all their pods together. */
function heaviest({ dominantShares }: AnalysedProblem, classes: readonly number[]): readonly number[] {
  return [...classes].sort((a, b) => (dominantShares[b] ?? 0) - (dominantShares[a] ?? 0) || a - b).slice(0, 3);
}
