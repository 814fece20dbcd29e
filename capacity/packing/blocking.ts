import { Cluster } from "./cluster";
import type { Effort } from "./effort";
import type { Steps } from "./greedy";
import { alikes } from "./alike";
import type { Arena } from "./stages";
import { tariffs, type Tariff } from "./tariff";

/** What a search for an order that keeps a pod waiting came to. */
export type Blocking = { readonly kind: "found"; readonly steps: Steps } | { readonly kind: "none" } | { readonly kind: "unknown" };

/**
 * Exact search in a local stage for placements that leave no host to the last pod of the class: host after host, every set of pods that closes it, as far as
 * pods and funds (see {@link Tariff}) reach. Placing never opens a host, so any order makes such placements and the pod waits for good. `none` is a proof.
 */
export function searchBlocking(arena: Arena, pod: number, effort: Effort): Blocking {
  const { problem } = arena;
  const cluster = new Cluster(problem);
  const alike = alikes(problem);
  const hosts = [...(arena.reach[pod] ?? [])].sort((a, b) => (alike[a] ?? 0) - (alike[b] ?? 0) || a - b);
  const threats = arena.threats[pod] ?? [];
  const tariff = strictest(arena, pod, hosts, threats);
  const failed = new Set<string>();
  const steps: (readonly [number, number])[] = [];
  const left = (other: number) => (cluster.left[other] ?? 0) - (other === pod ? 1 : 0);

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
    if (!cluster.admits(pod, host)) return close(position + 1);
    for (let index = from; index < threats.length; index += 1) {
      const other = threats[index] ?? pod;
      if (!effort.spend()) return false;
      if (left(other) <= 0 || !cluster.admits(other, host)) continue;
      cluster.place(other, host);
      steps.push([other, host]);
      if (fill(host, index, position)) return true;
      steps.pop();
      cluster.remove(other, host);
    }
    return false;
  };

  const tooDear = (position: number): boolean => {
    const funds = threats.reduce((sum, other) => (left(other) === 0 ? sum : sum + left(other) * (tariff.prices[other] ?? 0)), 0);
    return hosts.slice(position).reduce((sum, host) => sum + (tariff.costs.get(host) ?? 0), 0) > funds;
  };

  if (close(0)) return { kind: "found", steps };
  return effort.exhausted ? { kind: "unknown" } : { kind: "none" };
}

/** The tariff that comes nearest to a proof; pods that repel the class close a whole host, so they pay for the dearest. */
function strictest(arena: Arena, pod: number, hosts: readonly number[], threats: readonly number[]): Tariff {
  const { problem } = arena;
  const repelling = new Set((problem.repulsions[pod] ?? []).map(({ kind }) => kind));
  let strictest: Tariff = { costs: new Map(), prices: [] };
  let highest = -Infinity;
  for (const { costs, prices: forRoom } of tariffs(arena, pod, hosts, threats)) {
    const dearest = Math.max(0, ...costs.values());
    const prices = forRoom.map((price, other) => (repelling.has(other) ? Math.max(price, dearest) : price));
    const funds = threats.reduce((sum, other) => sum + (problem.counts[other] ?? 0) * (prices[other] ?? 0), 0);
    const cost = [...costs.values()].reduce((a, b) => a + b, 0);
    if (cost / funds > highest) [strictest, highest] = [{ costs, prices }, cost / funds];
  }
  return strictest;
}
