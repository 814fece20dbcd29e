import assert from "node:assert/strict";
import { prove } from "#af/capacity/packing/prove";
import { app, G, host, HOSTNAME, pod, users, verdictOn, workedExample } from "./support";

const cpu = (amount: bigint) => ({ requests: { cpu: amount } });

describe("verdicts", () => {
  it("shows the order in which a pod waits", () => {
    const hosts = [host("one"), host("two")];
    const pods = [pod("large", cpu(4000n)), pod("small", { ...cpu(100n), count: 2 })];
    const { verdict, grounds, waiting, message } = verdictOn("large", hosts, pods);
    assert.deepEqual([verdict, waiting, message], ["at risk", 1, "0/2 nodes are available: 2 Insufficient cpu."]);
    assert.ok(grounds.kind === "order fails");
    assert.deepEqual(
      grounds.order.map(({ name, host: on }) => [name, on]),
      [
        ["small", "one"],
        ["small", "two"],
      ],
    );
    assert.equal(verdictOn("small", hosts, pods).verdict, "fits");
    assert.equal(prove(hosts, pods).packings.length, 1);
    assert.deepEqual(prove(hosts, [pod("large", cpu(4000n))]).packings, []);
  });

  it("excludes by search what no sum excludes, and says so when the search ends early", () => {
    // No host holds two of 36 and another, so nine of 36 and nine of 30 do not fit, though they ask for 594 of 600.
    const hosts = Array.from({ length: 6 }, (_, index) => host(`h${index}`, { allocatable: { cpu: 100n, pods: 99n } }));
    const pods = [pod("larger", { ...cpu(36n), count: 9 }), pod("smaller", { ...cpu(30n), count: 9 })];
    const [searched, early] = [prove(hosts, pods), prove(hosts, pods, { effort: 10 })];
    assert.equal(searched.verdict, "does not fit");
    assert.deepEqual(searched.pods[0]?.grounds, { kind: "excluded", shortage: undefined });
    assert.equal(early.verdict, "not settled");
    assert.deepEqual(early.pods[0]?.grounds, { kind: "neither found nor excluded", effort: 10 });
  });

  it("knows that a host whose taint keeps the pods out stays the emptiest for a spread that does not heed taints", () => {
    const tainted = { key: "cache", value: "", effect: "NoSchedule" } as const;
    const hosts = [...Array.from({ length: 17 }, (_, index) => host(`h${index}`)), host("cache", { taints: [tainted] })];
    const spread = { maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: "DoNotSchedule", labelSelector: app("even") } as const;
    const ground = (count: number, changes: object = {}) =>
      prove(hosts, [pod("even", { count, spread: [{ ...spread, ...changes }] })], { effort: 200 }).pods.map(({ verdict, grounds }) =>
        grounds.kind === "excluded" ? [verdict, grounds.shortage?.need, grounds.shortage?.have] : [verdict],
      );
    assert.deepEqual(ground(18), [["does not fit", 18n, 17n]]);
    for (const [verdict] of [...ground(17), ...ground(18, { nodeTaintsPolicy: "Honor" }), ...ground(18, { maxSkew: 2 })])
      assert.ok(verdict === "fits" || verdict === "at risk", String(verdict));
  });

  it("lets pods of higher priority evict others, unless they never do", () => {
    const hosts = [host("one")];
    const batch = pod("batch", cpu(4000n));
    const hub = (changes: object) => pod("hub", { ...cpu(1000n), priority: 1000, ...changes });
    const verdicts = (changes: object) =>
      prove(hosts, [batch, hub(changes)]).pods.map(({ pod: { name }, verdict }) => `${name} ${verdict}`);
    assert.deepEqual(verdicts({}), ["batch does not fit", "hub fits"]);
    assert.deepEqual(verdicts({ preemptionPolicy: "Never" }), ["batch does not fit", "hub does not fit"]);
    assert.deepEqual(verdicts({ priority: 0 }), ["batch does not fit", "hub does not fit"]);
  });

  it("does not let lower priority on another host be evicted for a domain", () => {
    const hosts = ["one", "two"].map((name) => host(name, { labels: { zone: "east" } }));
    const term = [{ labelSelector: app("batch"), topologyKey: "zone" }];
    const verdict = (topologyKey: string) =>
      verdictOn("hub", hosts, [pod("batch"), pod("hub", { priority: 1000, antiAffinity: term.map((each) => ({ ...each, topologyKey })) })])
        .verdict;
    assert.equal(verdict(HOSTNAME), "fits");
    assert.equal(verdict("zone"), "does not fit");
  });

  it("counts a pod as waiting for a domain even where it may evict others that stand elsewhere", () => {
    const inEast = { zone: "east" };
    const hosts = [
      host("apart", { labels: { use: "hub" } }),
      host("near", { labels: { ...inEast, use: "hub" } }),
      host("far", { labels: inEast }),
    ];
    const hub = pod("hub", {
      count: 2,
      priority: 1000,
      placement: { nodeSelector: { use: "hub" } },
      antiAffinity: [
        { labelSelector: app("batch"), topologyKey: "zone" },
        { labelSelector: app("hub"), topologyKey: HOSTNAME },
      ],
    });
    const { verdict, message } = verdictOn("hub", hosts, [hub, pod("batch")]);
    assert.equal(verdict, "at risk");
    assert.equal(
      message,
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 node(s) didn't match pod anti-affinity rules.",
    );
    assert.equal(verdictOn("hub", hosts.slice(0, 2), [hub, pod("batch")]).verdict, "fits");
  });

  it("does not count a pod as waiting that has its place back once others are evicted", () => {
    const [hosts, named] = [[host("one", { labels: { use: "hub" } }), host("two")], { placement: { nodeSelector: { use: "hub" } } }];
    const pods = [
      pod("batch", cpu(4000n)),
      pod("hub", { ...cpu(1000n), priority: 1000, ...named }),
      pod("proxy", { ...cpu(1000n), ...named }),
    ];
    // Whatever stands on `one` before, the hub evicts batch from there, which then only goes to `two`.
    assert.equal(prove(hosts, pods).verdict, "fits");
    assert.equal(
      verdictOn(
        "proxy",
        hosts,
        pods.filter(({ name }) => name !== "hub"),
      ).verdict,
      "at risk",
    );
  });

  it("lets a pod evict another that its constraints count, and proves so", () => {
    const near = [{ labelSelector: app("cache"), topologyKey: HOSTNAME }];
    const pods = [pod("cache"), pod("batch"), pod("hub", { priority: 1000, affinity: near })];
    const verdict = (room: bigint) => prove([host("one", { allocatable: { cpu: room, memory: 16n * G, pods: 10n } })], pods).verdict;
    assert.equal(verdict(3000n), "fits");
    assert.equal(verdict(2999n), "does not fit");
  });

  it("excludes by room alone what spreading makes too much to search", () => {
    const hosts = Array.from({ length: 12 }, (_, index) =>
      host(`h${index}`, { labels: { rack: `r${index % 3}` }, allocatable: { cpu: 100n, pods: 99n } }),
    );
    const spread = [{ maxSkew: 1, topologyKey: "rack", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("larger") }];
    const pods = [pod("larger", { ...cpu(36n), count: 18, spread }), pod("smaller", { ...cpu(30n), count: 18 })];
    assert.deepEqual(prove(hosts, pods).pods[0]?.grounds, { kind: "excluded", shortage: undefined });
  });

  it("takes workloads alike for one, whether they say that they have no constraints or say nothing", () => {
    const none = { affinity: [], antiAffinity: [], spread: [], hostPorts: [] };
    const hosts = Array.from({ length: 3 }, (_, index) => host(`h${index}`));
    const pods = ["a", "b", "c", "d"].map((name) => pod(name, { ...cpu(1000n), count: 3 }));
    assert.deepEqual(
      prove(
        hosts,
        pods.map((each) => ({ ...each, ...none })),
      ).pods.map(({ verdict, message }) => [verdict, message]),
      prove(hosts, pods).pods.map(({ verdict, message }) => [verdict, message]),
    );
  });

  it("tells of those that wait at the end, not of those that evict others", () => {
    const pods = [pod("batch", { ...cpu(3000n) }), pod("hub", { ...cpu(2000n), priority: 1000 })];
    assert.deepEqual(
      prove([host("one")], pods).pods.map(({ pod: { name }, verdict, waiting }) => [name, verdict, waiting]),
      [
        ["batch", "does not fit", 1],
        ["hub", "fits", 0],
      ],
    );
  });

  it("tells a spread that one full rack can hold up", () => {
    const hosts = ["a", "b"].map((rack) => host(`in-${rack}`, { labels: { rack } }));
    const spread = [{ maxSkew: 1, topologyKey: "rack", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("proxy") }];
    const proxy = pod("proxy", { count: 2, spread });
    assert.equal(verdictOn("proxy", hosts, [proxy, pod("other", { count: 3 })]).verdict, "fits");
    const { verdict, message } = verdictOn("proxy", hosts, [proxy, pod("other", { count: 4 })]);
    assert.equal(verdict, "at risk");
    assert.equal(message, "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints.");
  });

  it("is certain of 80 users among a hundred small pods", () => {
    const small = Array.from({ length: 100 }, (_, index) => pod(`small-${index}`, { requests: { cpu: 100n, memory: G / 10n } }));
    assert.equal(prove(workedExample(), [...small, users(80)]).verdict, "fits");
    assert.equal(verdictOn("users", workedExample(), [...small, users(92)]).grounds.kind, "order fails");
  });

  it("refuses what cannot be meant", () => {
    const refused = (hosts: Parameters<typeof prove>[0], pods: Parameters<typeof prove>[1], message: string) =>
      assert.throws(() => prove(hosts, pods), new RangeError(message));
    refused([host("one"), host("one")], [], "host one is given more than once; give it once, with its count");
    refused([], [pod("hub"), pod("hub")], "workload af/hub is given more than once; give it once, with its count");
    refused([], [pod("hub", { count: 1.5 })], "af/hub: count is 1.5; write a whole number");
    refused(
      [host("one", { allocatable: { memory: 2n ** 60n + 1n, pods: 1n } })],
      [pod("hub", { requests: { memory: 1n } })],
      "memory of all hosts and pods together is too much to be added exactly: one has 1Ei alone; correct that amount, or the number of pods",
    );
  });
});
