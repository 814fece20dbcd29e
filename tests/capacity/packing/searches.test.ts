import assert from "node:assert/strict";
import { searchBlocking } from "#af/capacity/packing/blocking";
import { analyse, classGroupOf, type AnalysedProblem } from "#af/capacity/packing/class-groups";
import { Effort } from "#af/capacity/packing/effort";
import { explore } from "#af/capacity/packing/explore";
import { searchPacking } from "#af/capacity/packing/feasible";
import type { PackPod } from "#af/capacity/packing/model";
import { Occupancy } from "#af/capacity/packing/occupancy";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, host, HOSTNAME, pod } from "./support";

const cpu = (amount: bigint, count = 1) => ({ requests: { cpu: amount }, count });
const sized = (amounts: readonly bigint[]) => amounts.map((amount, index) => host(`h${index}`, { allocatable: { cpu: amount, pods: 9n } }));

/** Hosts with so much CPU, and pods that ask for so much, so often; classes are numbered in their order. */
function of(amounts: readonly bigint[], ...asked: readonly (readonly [cpu: bigint, count: number])[]): AnalysedProblem {
  const pods = asked.map(([amount, count], index) => pod(`p${index}`, cpu(amount, count)));
  return analyse(packingProblemOf(sized(amounts), pods));
}

/** The least effort with which a search ends, and how it ends then. */
function ending(search: (effort: Effort) => string): string {
  const settles = (limit: number) => search(new Effort(limit)) !== "unknown";
  let [low, high] = [0, 1];
  while (!settles(high)) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (settles(middle)) high = middle;
    else low = middle;
  }
  return `${search(new Effort(high))} after ${high}`;
}

const packing = (analysed: AnalysedProblem) => ending((effort) => searchPacking(analysed, classGroupOf(analysed, 0), effort).kind);
const blocking = (analysed: AnalysedProblem, podClass: number) => ending((effort) => searchBlocking(analysed, podClass, effort).kind);
const exploring = (analysed: AnalysedProblem) =>
  ending((effort) => {
    const { complete, packing: found, waiting, evicted } = explore(analysed, classGroupOf(analysed, 0), effort);
    if (!complete) return "unknown";
    return [
      found ? "packs" : "does not pack",
      `waiting ${[...waiting.keys()].sort().join()}`,
      `evicted ${[...evicted].sort().join()}`,
    ].join(", ");
  });

// What a search looks at is counted in hosts, so it is the same everywhere. A change that moves one of these numbers is to be seen.
describe("a search", () => {
  it("for a placement takes so much", () => {
    assert.equal(packing(of([100n, 130n, 70n], [40n, 3], [33n, 4], [30n, 1])), "found after 309");
    assert.equal(packing(of([100n, 100n, 100n, 100n], [45n, 3], [35n, 4], [21n, 4])), "found after 75");
    assert.equal(packing(of([90n, 75n, 90n], [45n, 1], [25n, 4], [25n, 4])), "none after 454");
    assert.equal(packing(of([80n, 70n, 100n], [25n, 2], [40n, 2], [40n, 3])), "none after 163");
  });

  it("for a placement shows one that can be made step by step", () => {
    for (const analysed of [of([100n, 130n, 70n], [40n, 3], [33n, 4], [30n, 1]), of([100n, 60n], [60n, 1], [50n, 2])]) {
      const found = searchPacking(analysed, classGroupOf(analysed, 0), new Effort(1000));
      assert.ok(found.kind === "found");
      const occupancy = new Occupancy(analysed.problem);
      for (const [podClass, at] of found.steps) {
        assert.ok(occupancy.admits(podClass, at));
        occupancy.place(podClass, at);
      }
      assert.ok(occupancy.left.every((left) => left === 0));
    }
  });

  it("for a placement takes hosts that are alike for one", () => {
    assert.equal(packing(of([100n, 100n, 100n, 100n], [36n, 6], [30n, 6])), "none after 155");
  });

  it("for an order that keeps a pod waiting takes so much", () => {
    assert.equal(blocking(of([100n, 100n, 100n], [45n, 1], [31n, 2], [29n, 3], [13n, 2]), 0), "found after 52");
    assert.equal(blocking(of([75n, 85n, 80n], [35n, 2], [10n, 3], [40n, 2]), 0), "none after 97");
    assert.equal(blocking(of([95n, 85n, 85n], [35n, 3], [15n, 3], [25n, 2]), 0), "none after 44");
    assert.equal(blocking(of([85n, 95n, 75n], [20n, 2], [20n, 1], [50n, 4]), 0), "none after 20");
  });

  it("for an order that closes hosts by repelling the pod takes so much", () => {
    const apart = [{ labelSelector: app("b"), topologyKey: HOSTNAME }];
    const beside = (count: number) => [
      pod("a", { ...cpu(45n), antiAffinity: apart }),
      pod("b", cpu(10n, count)),
      pod("c", cpu(30n, 2)),
      pod("d", cpu(29n, 2)),
    ];
    const repelled = (count: number) => blocking(analyse(packingProblemOf(sized([100n, 100n, 80n]), beside(count))), 0);
    assert.deepEqual([1, 2, 3].map(repelled), ["found after 20", "found after 17", "found after 15"]);
  });

  it("through every state is not begun if there are more of them than may be looked at", () => {
    const analysed = of([100n], [60n, 2], [70n, 1]);
    const walk = (limit: number) => explore(analysed, classGroupOf(analysed, 0), new Effort(limit));
    // 3 numbers of the first class times 2 of the second, though no more than 3 states are reached.
    assert.deepEqual([walk(5).complete, walk(5).waiting.size], [false, 0]);
    assert.deepEqual([walk(12).complete, [...walk(12).waiting.keys()]], [true, [0, 1]]);
    const few = of([100n], [60n, 5]);
    assert.ok(explore(few, classGroupOf(few, 0), new Effort(6)).complete && !explore(few, classGroupOf(few, 0), new Effort(5)).complete);
  });

  it("through every state shows how a pod is left waiting, and where all stand", () => {
    const analysed = of([100n, 90n], [60n, 2], [40n, 1]);
    const { waiting, packing: all } = explore(analysed, classGroupOf(analysed, 0), new Effort(1000));
    const told = (steps: readonly (readonly [number, number])[] | undefined) => steps?.map((step) => step.join(" on ")).join(", ");
    assert.deepEqual(
      [told(all), [...waiting].map(([podClass, steps]) => `${podClass}: ${told(steps)}`)],
      ["0 on 0, 0 on 1, 1 on 0", ["0: 0 on 0, 1 on 1"]],
    );
  });

  it("through every state finds a placement to which only an eviction leads, and leaves out where the evicted stood", () => {
    // Two of `a` may stand in one zone only while `c` stands in the other, from where `d` evicts it to a host in no zone.
    const only = (...values: readonly string[]) => ({
      placement: { requiredTerms: [{ matchExpressions: [{ key: "use", operator: "In", values }] }] },
    });
    const places = [
      host("h0", { labels: { zone: "a", use: "a" } }),
      host("h1", { labels: { zone: "b", use: "b" }, allocatable: { cpu: 100n, pods: 9n } }),
      host("h2", { labels: { use: "c" } }),
    ];
    const even = { matchExpressions: [{ key: "app", operator: "In", values: ["a", "c"] }] };
    const pods = [
      pod("a", {
        ...cpu(10n, 2),
        ...only("a"),
        spread: [
          { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: even, nodeAffinityPolicy: "Ignore" },
        ],
      }),
      pod("c", { ...cpu(100n), ...only("b", "c") }),
      pod("d", { ...cpu(100n), ...only("b"), priority: 10 }),
    ];
    const analysed = analyse(packingProblemOf(places, pods));
    const { packing: all, complete } = explore(analysed, classGroupOf(analysed, 0), new Effort(10_000));
    assert.deepEqual(
      [complete, [...(all ?? [])].map((step) => step.join(" on ")).sort()],
      [true, ["0 on 0", "0 on 0", "1 on 2", "2 on 1"]],
    );
  });

  it("through every state is complete for a pod near what stands there, which it does not evict", () => {
    const standing = [pod("agent", { requests: {} })];
    const near = pod("a", { ...cpu(10n), priority: 10, affinity: [{ labelSelector: app("agent"), topologyKey: HOSTNAME }] });
    const analysed = analyse(packingProblemOf([host("h0", { standing })], [near, pod("b", cpu(10n))]));
    assert.ok(explore(analysed, classGroupOf(analysed, 0), new Effort(1000)).complete);
    const lesser = { ...near, affinity: [{ labelSelector: app("b"), topologyKey: HOSTNAME }] };
    const evicting = analyse(
      packingProblemOf([host("h0", { standing })], [lesser, pod("b", cpu(10n)), pod("c", { ...cpu(20n), priority: -1 })]),
    );
    assert.ok(!explore(evicting, classGroupOf(evicting, 0), new Effort(1000)).complete);
  });

  it("through every state takes so much", () => {
    const term = [{ labelSelector: app("a"), topologyKey: HOSTNAME }];
    const spread = [{ maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("c") }];
    const near = (...[a, b, c]: readonly number[]) => [
      pod("a", { ...cpu(50n), priority: a }),
      pod("b", { ...cpu(30n, 2), priority: b, affinity: term }),
      pod("c", { ...cpu(60n, 2), priority: c }),
    ];
    const apart = (...[a, b, c]: readonly number[]) => [
      pod("a", { ...cpu(40n), priority: a }),
      pod("b", { ...cpu(30n, 2), priority: b, antiAffinity: term }),
      pod("c", { ...cpu(25n, 2), priority: c, spread }),
    ];
    const walk = (pods: readonly PackPod[]) => exploring(analyse(packingProblemOf(sized([100n, 100n]), pods)));
    assert.equal(walk(near(0, 0, -1)), "does not pack, waiting 1, evicted  after 13");
    assert.equal(walk(near(-5, 0, -1)), "does not pack, waiting 0,1, evicted 0,1 after 58");
    assert.equal(walk(near(0, 3, 5)), "does not pack, waiting 0,1, evicted 0,1 after 62");
    assert.equal(walk(near(5, 0, -1)), "packs, waiting , evicted  after 6");
    assert.equal(walk(apart(0, 0, -1)), "packs, waiting 0, evicted  after 32");
    assert.equal(walk(apart(-5, 0, -1)), "packs, waiting 0, evicted  after 203");
  });
});
