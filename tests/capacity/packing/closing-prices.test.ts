import assert from "node:assert/strict";
import fc from "fast-check";
import { analyse, indexes, type AnalysedProblem } from "#af/capacity/packing/class-groups";
import { closingPrices } from "#af/capacity/packing/closing-prices";
import type { PackPod } from "#af/capacity/packing/model";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { instances } from "./instances";
import { host, pod } from "./support";

/** Every choice of so many pods or fewer of each class. */
function choices(counts: readonly number[]): readonly (readonly number[])[] {
  return counts.reduce<readonly (readonly number[])[]>(
    (sets, count) => sets.flatMap((set) => indexes(count + 1).map((one) => [...set, one])),
    [[]],
  );
}

/** Whether one more pod of the class finds no room beside these on the host. */
function closes({ problem }: AnalysedProblem, podClass: number, at: number, chosen: readonly number[]): boolean {
  return problem.resources.some((_, resource) => {
    const taken = chosen.reduce((sum, count, other) => sum + count * (problem.requests[other]?.[resource] ?? 0), 0);
    const asked = problem.requests[podClass]?.[resource] ?? 0;
    return asked > 0 && taken + asked > (problem.free[at]?.[resource] ?? 0);
  });
}

const analysedOf = (hosts: Parameters<typeof packingProblemOf>[0], pods: readonly PackPod[]) => analyse(packingProblemOf(hosts, pods));

describe("prices for closing hosts", () => {
  it("ask at least the cost of a host for any pods that leave no room there", () => {
    fc.assert(
      fc.property(instances("plain", { hosts: 3, pods: 3 }), ({ hosts, pods }) => {
        const analysed = analysedOf(hosts, pods);
        const all = choices(analysed.problem.counts.map(() => 4));
        for (const podClass of indexes(analysed.problem.classes)) {
          const reach = analysed.reach[podClass] ?? [];
          const closing = reach.map((at) => all.filter((chosen) => closes(analysed, podClass, at, chosen)));
          for (const { costs, total, price } of closingPrices(analysed, podClass, reach, indexes(analysed.problem.classes))) {
            assert.equal(
              total,
              costs.reduce((sum, cost) => sum + cost, 0),
            );
            for (const [position, sets] of closing.entries())
              for (const chosen of sets) {
                const paid = chosen.reduce((sum, count, other) => sum + (count === 0 ? 0 : count * price(other)), 0);
                assert.ok(
                  paid >= (costs[position] ?? 0),
                  `${chosen.join()} pay ${paid} for host ${position}, which costs ${costs[position]}`,
                );
              }
          }
        }
      }),
      { seed: 20_261_131, numRuns: 12 },
    );
  });

  /** By yardstick and parts: the cost of each host, and what each class pays. */
  const told = (analysed: AnalysedProblem, podClass: number, others: readonly number[]) =>
    [...closingPrices(analysed, podClass, analysed.reach[podClass] ?? [], others)].map(
      ({ costs, price }) => `${costs.join()} at ${indexes(analysed.problem.classes).map(price).join()}`,
    );
  const hosts = (...cpu: readonly bigint[]) => cpu.map((amount, index) => host(`h${index}`, { allocatable: { cpu: amount, pods: 1000n } }));
  const asking = (name: string, cpu: bigint, changes: Partial<PackPod> = {}) => pod(name, { requests: { cpu }, ...changes });

  it("are parts of the class's own request, then of those of the three heaviest others", () => {
    const analysed = analysedOf(hosts(4000n, 2000n), [
      asking("a", 1000n),
      asking("b", 400n),
      asking("c", 1500n, { count: 2 }),
      asking("d", 100n),
      asking("e", 1n),
    ]);
    const prices = told(analysed, 0, [1, 2, 3, 4]);
    // Nine numbers of parts each for a, c, b and d.
    assert.equal(prices.length, 36);
    assert.deepEqual(prices.slice(0, 3), ["4,2 at 1,1,2,1,1", "7,3 at 2,1,3,1,1", "13,5 at 4,2,6,1,1"]);
    assert.deepEqual(prices.slice(9, 11), ["3,1 at 1,1,1,1,1", "5,2 at 2,1,2,1,1"]);
    assert.deepEqual(prices.slice(18, 20), ["8,3 at 3,1,4,1,1", "16,6 at 5,2,8,1,1"]);
    assert.deepEqual(prices.slice(27, 28), ["31,11 at 10,4,15,1,1"]);
    assert.equal(told(analysed, 0, []).length, 9);
  });

  it("count pods where nothing else is asked for, and ask the whole funds of what leaves no room alone", () => {
    const idle = analysedOf(hosts(4000n), [pod("a", { requests: {} }), asking("b", 4000n)]);
    assert.deepEqual(told(idle, 0, [])[0], "1000 at 1,1");
    const tight = analysedOf(hosts(1000n), [asking("a", 1000n), asking("b", 1n), pod("c", { requests: {} })]);
    assert.deepEqual(told(tight, 0, [])[0], "1 at 1,1,1");
  });
});
