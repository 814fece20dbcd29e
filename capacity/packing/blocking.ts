import { Occupancy } from "./occupancy";
import type { Effort } from "./effort";
import type { Steps } from "./greedy";
import type { AnalysedProblem } from "./class-groups";
import { closingPrices } from "./closing-prices";
import { sum } from "./exact-numbers";

/** What came of the search for an order that keeps a pod waiting. `none` is a proof that there is no such order; `unknown` means that the effort was spent. */
export type Blocking = { readonly kind: "found"; readonly steps: Steps } | { readonly kind: "none" } | { readonly kind: "unknown" };

/**
 * Exact search for placements that leave no host to the last pod of a class whose group is local. It goes from host to host and tries every set of pods that
 * closes the host, as long as pods are left and can pay for the hosts that are still open ({@link ClosingPrices}). Placing a pod never opens a host, so the
 * placements can be made in any order, and the pod then waits for good.
 */
export function searchBlocking(analysed: AnalysedProblem, podClass: number, effort: Effort): Blocking {
  const { problem } = analysed;
  const occupancy = new Occupancy(problem);
  const hosts = analysed.reach[podClass] ?? [];
  const threats = analysed.threats[podClass] ?? [];
  const closing = strictest(analysed, podClass, hosts, threats);
  const failed = new Set<string>();
  const steps: (readonly [number, number])[] = [];
  const left = (other: number) => (occupancy.left[other] ?? 0) - (other === podClass ? 1 : 0);

  const close = (position: number): boolean => {
    const host = hosts[position];
    if (host === undefined) return true;
    if (!effort.spend(hosts.length)) return false;
    const state = `${position}|${threats.map(left).join()}`;
    if (failed.has(state) || tooDear(position)) return false;
    if (fill(host, 0, position)) return true;
    failed.add(state);
    return false;
  };

  /** Adds pods in the order of their classes until the host is closed. */
  const fill = (host: number, from: number, position: number): boolean => {
    if (!occupancy.admits(podClass, host)) return close(position + 1);
    for (let index = from; index < threats.length; index += 1) {
      const other = threats[index] ?? podClass;
      if (!effort.spend()) return false;
      if (left(other) <= 0 || !occupancy.admits(other, host)) continue;
      occupancy.place(other, host);
      steps.push([other, host]);
      if (fill(host, index, position)) return true;
      steps.pop();
      occupancy.remove(other, host);
    }
    return false;
  };

  const tooDear = (position: number): boolean => {
    const paying = threats.filter((other) => left(other) !== 0);
    const funds = sum(paying.map((other) => left(other) * (closing.prices.get(other) ?? 0)));
    return sum(closing.costs.slice(position)) > funds;
  };

  if (close(0)) return { kind: "found", steps };
  return effort.exhausted ? { kind: "unknown" } : { kind: "none" };
}

/** Costs of hosts, and prices of the classes that threaten one. */
interface Prices {
  /** Of each host, in the order in which they are closed. */
  readonly costs: readonly number[];
  readonly prices: ReadonlyMap<number, number>;
}

/** The prices that come nearest to a proof. A pod that repels the class closes a host by itself, so its price is at least that of the dearest host. */
function strictest(analysed: AnalysedProblem, podClass: number, hosts: readonly number[], threats: readonly number[]): Prices {
  const { problem } = analysed;
  const repelling = new Set((problem.repulsions[podClass] ?? []).map(({ kind }) => kind));
  const all = [...closingPrices(analysed, podClass, hosts, threats)].map(({ costs, total, price }) => {
    const dearest = Math.max(0, ...costs);
    const prices = new Map(threats.map((other) => [other, repelling.has(other) ? Math.max(price(other), dearest) : price(other)]));
    const funds = threats.reduce((sum, other) => sum + (problem.counts[other] ?? 0) * (prices.get(other) ?? 0), 0);
    return { costs, prices, strictness: total / funds };
  });
  return all.sort((a, b) => b.strictness - a.strictness)[0] ?? { costs: [], prices: new Map() };
}
