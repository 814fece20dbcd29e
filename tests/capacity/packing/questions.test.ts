import assert from "node:assert/strict";
import { layout } from "#af/capacity/packing/layout";
import { prove } from "#af/capacity/packing/prove";
import { drainEach, mustStay } from "#af/capacity/packing/questions/drains";
import { withoutEachDomain, withoutEachHost } from "#af/capacity/packing/questions/losses";
import { mostThatFit } from "#af/capacity/packing/questions/most";
import { rollOutEach } from "#af/capacity/packing/questions/rollouts";
import { app, G, host, HOSTNAME, pod, users, workedExample } from "./support";

describe("questions about a site", () => {
  it("finds 96 users in the worked example where totals say 114, and 11 fewer without an R710", () => {
    const hosts = workedExample();
    assert.deepEqual(mostThatFit(hosts, [], users(60)), { proven: 96, packed: 96, totals: 114, need: 60, margin: 36 });
    const { proven } = mostThatFit(
      hosts.filter(({ name }) => name !== "r710-0"),
      [],
      users(60),
    );
    assert.equal(proven, 96 - 11);
  });

  it("knows the difference between what fits and what can be packed", () => {
    const hub = pod("hub", { requests: { cpu: 1000n, memory: G } });
    // On either host the hub takes the place of a user; only on the small one it does not matter.
    const hosts = [
      host("large", { allocatable: { cpu: 4000n, memory: 16n * G, pods: 9n } }),
      host("small", { allocatable: { cpu: 3000n, memory: 16n * G, pods: 9n } }),
    ];
    const { proven, packed, totals } = mostThatFit(hosts, [hub], users(1));
    assert.deepEqual({ proven, packed, totals }, { proven: 2, packed: 3, totals: 3 });
  });

  it("draws the line between need = have and need = have + 1", () => {
    const hosts = workedExample();
    assert.equal(prove(hosts, [users(96)]).verdict, "fits");
    const { verdict, pods } = prove(hosts, [users(97)]);
    assert.equal(verdict, "does not fit");
    const [{ grounds, waiting } = assert.fail()] = pods;
    assert.ok(grounds.kind === "excluded");
    assert.deepEqual([grounds.shortage?.of, grounds.shortage?.need, grounds.shortage?.have, waiting], ["places", 97n, 96n, 1]);
  });

  it("names the worst host to lose, and each group of like hosts once", () => {
    const { each, worst } = withoutEachHost(workedExample(), [users(86)]);
    assert.deepEqual(
      each.map(({ hosts, same, proof }) => [...hosts, same.length, proof.verdict]),
      [
        ["1u-0", 3, "fits"],
        ["4u-0", 3, "fits"],
        ["r710-0", 3, "does not fit"],
        ["x2200-24-0", 5, "fits"],
      ],
    );
    assert.deepEqual([worst?.hosts, worst?.proof.pods[0]?.waiting], [["r710-0"], 1]);
    assert.equal(withoutEachHost(workedExample(), [users(85)]).worst?.proof.verdict, "fits");
    assert.equal(withoutEachHost([], []).worst, undefined);
  });

  it("lets go what can only live on the lost host", () => {
    const disk = pod("osd-0", { placement: { nodeSelector: { [HOSTNAME]: "one" } } });
    const { each } = withoutEachHost([host("one"), host("two")], [disk, pod("hub")]);
    assert.deepEqual(
      each.map(({ hosts, gone, proof }) => [hosts, gone.map(({ name }) => name), proof.verdict]),
      [
        [["one"], ["osd-0"], "fits"],
        [["two"], [], "fits"],
      ],
    );
  });

  it("lets go a pod that cannot leave the volume on its host, and asks for as many fewer", () => {
    const antiAffinity = [{ labelSelector: app("cache"), topologyKey: HOSTNAME }];
    const volumes = [[{ matchExpressions: [{ key: HOSTNAME, operator: "Exists" }] }]];
    const hosts = [host("one"), host("two"), host("three")];
    const outcomes = (count: number, changes: object) =>
      withoutEachHost(hosts, [pod("cache", { count, ...changes })]).each.map(({ gone, asked, proof }) => [
        gone.map((each) => each.count),
        asked.map((each) => each.count),
        proof.verdict,
      ]);
    assert.deepEqual(outcomes(3, { antiAffinity, volumes }), [[[1], [2], "fits"]]);
    assert.deepEqual(outcomes(2, { antiAffinity, volumes }), [[[], [2], "fits"]]);
    assert.deepEqual(outcomes(4, { antiAffinity, volumes }), [[[1], [3], "does not fit"]]);
    // Without a volume it could start anywhere, and without anti-affinity two could share what is left.
    assert.deepEqual(outcomes(3, { antiAffinity }), [[[], [3], "does not fit"]]);
    assert.deepEqual(outcomes(3, { volumes }), [[[], [3], "fits"]]);
  });

  it("loses whole failure domains", () => {
    const hosts = ["a", "b"].flatMap((rack) => [1, 2].map((number) => host(`${rack}${number}`, { labels: { rack } })));
    const outcome = (count: number) => withoutEachDomain([...hosts, host("apart")], [pod("hub", { count })], "rack").worst;
    assert.equal(outcome(12)?.proof.verdict, "fits");
    assert.deepEqual([outcome(13)?.hosts, outcome(13)?.proof.verdict], [["a1", "a2"], "does not fit"]);
  });

  it("drains under budgets", () => {
    const hosts = [host("one"), host("two")];
    const pods = [pod("hub"), pod("proxy", { count: 2 })];
    const budget = (name: string, changes: object) => ({ namespace: "af", name, selector: app(name), ...changes });
    const drains = (...budgets: Parameters<typeof drainEach>[2]) => drainEach(hosts, pods, budgets).map(({ obstacles }) => obstacles);
    assert.deepEqual(drains(budget("proxy", { minAvailable: 1 }), budget("absent", { minAvailable: 1 })), [[]]);
    const strict = budget("proxy", { minAvailable: "51%" });
    assert.deepEqual(drains(strict), [[{ kind: "budget allows none", budget: strict, need: 2, have: 2 }]]);
    const two = [budget("hub", { maxUnavailable: 1 }), { namespace: "af", name: "all", selector: {}, maxUnavailable: 1 }];
    assert.deepEqual(
      drains(...two).flatMap((obstacles) => obstacles.map((obstacle) => obstacle.kind === "several budgets" && obstacle.pod.name)),
      ["hub"],
    );
    assert.equal(drainEach(hosts, [pod("hub", { count: 5 })], [])[0]?.loss.proof.verdict, "does not fit");
  });

  it("lays all pods out, the most urgent first", () => {
    const hosts = [host("one"), host("two")];
    const placed = layout(hosts, [pod("batch", { count: 3 }), pod("hub", { priority: 1000 })]);
    assert.deepEqual(placed, [
      { namespace: "af", name: "hub", host: "one", count: 1 },
      { namespace: "af", name: "batch", host: "two", count: 1 },
      { namespace: "af", name: "batch", host: "one", count: 1 },
      { namespace: "af", name: "batch", host: "two", count: 1 },
    ]);
  });

  it("rounds percentages of a budget up, as the disruption controller does", () => {
    const need = (changes: object) => mustStay({ namespace: "af", name: "proxy", selector: app("proxy"), ...changes }, 7);
    assert.deepEqual(
      [{ minAvailable: "50%" }, { maxUnavailable: "30%" }, { maxUnavailable: 9 }, { minAvailable: 8 }, {}].map(need),
      [4, 4, 0, 8, 7],
    );
    assert.throws(
      () => need({ minAvailable: "half" }),
      new RangeError('"half" is neither a whole number nor a percentage; write 1 or 50%'),
    );
  });

  it("rolls out one workload at a time", () => {
    const pods = [pod("hub", { count: 3 }), pod("proxy")];
    const surges = new Map([
      ["af/hub", 1],
      ["af/proxy", 0],
    ]);
    const verdicts = (cpu: bigint) =>
      rollOutEach([host("one", { allocatable: { cpu, memory: 16n * G, pods: 9n } })], pods, surges).map((rollout) => [
        rollout.pod.name,
        rollout.surge,
        rollout.proof.verdict,
      ]);
    assert.deepEqual(verdicts(5000n), [["hub", 1, "fits"]]);
    assert.deepEqual(verdicts(4999n), [["hub", 1, "does not fit"]]);
  });
});
