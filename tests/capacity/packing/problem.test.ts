import assert from "node:assert/strict";
import { AmountsTooLarge } from "#af/capacity/packing/exact-numbers";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, G, host, HOSTNAME, pod } from "./support";

describe("the tables of a problem", () => {
  const agent = pod("agent", { count: 2, requests: { cpu: 500n, memory: 2n * G } });
  const hosts = [
    host("two", { standing: [agent] }),
    host("one", { labels: { use: "hub" }, standing: [agent, pod("other", { requests: {} })] }),
  ];
  const pods = [
    pod("users", { count: 3, requests: { cpu: 2000n, memory: 8n * G, "nvidia.com/gpu": 0n } }),
    pod("hub", { requests: { cpu: 1000n, "example.com/b": 3n, "example.com/a": 6n }, placement: { nodeSelector: { use: "hub" } } }),
  ];

  it("hold hosts, classes and what stands there, in the order of their names", () => {
    const problem = packingProblemOf(hosts, pods);
    assert.deepEqual(
      problem.hosts.map(({ name }) => name),
      ["one", "two"],
    );
    assert.deepEqual(
      problem.kinds.map(({ name }) => name),
      ["hub", "users", "agent", "other"],
    );
    assert.deepEqual([problem.classes, problem.counts], [2, [1, 3]]);
    assert.deepEqual(problem.standing, [
      { kind: 2, host: 0, count: 2 },
      { kind: 3, host: 0, count: 1 },
      { kind: 2, host: 1, count: 2 },
    ]);
    assert.deepEqual(problem.allowed, [
      [true, false],
      [true, true],
    ]);
  });

  it("hold what is asked for of each resource in the largest unit, and what is free beside what stands there", () => {
    const { resources, units, free, requests, largest, greatest } = packingProblemOf(hosts, pods);
    assert.deepEqual(resources, ["pods", "cpu", "example.com/a", "example.com/b", "memory"]);
    assert.deepEqual(units, [1n, 1000n, 6n, 3n, 4n * G]);
    // Of `one`, 10 pods less 3; 4 CPU less 1; 16 GB less 4.
    assert.deepEqual(free, [
      [7, 3, 0, 0, 3],
      [8, 3, 0, 0, 3],
    ]);
    assert.deepEqual(requests, [
      [1, 1, 1, 1, 0],
      [1, 2, 0, 0, 2],
    ]);
    assert.deepEqual(
      [largest, greatest],
      [
        [8, 3, 0, 0, 3],
        [1, 2, 1, 1, 2],
      ],
    );
    assert.deepEqual(
      packingProblemOf([host("over", { standing: [pod("agent", { requests: { cpu: 5000n } })] })], [pod("hub")]).largest,
      [9, 0, 16],
    );
    assert.deepEqual(packingProblemOf([], [pod("hub")]).largest, [0, 0, 0]);
  });

  it("hold workloads whose pods can stand for one another as one class, without those that have none", () => {
    const alike = [pod("b", { count: 2 }), pod("a", { count: 3 }), pod("c", { count: 0 })];
    const { workloads, counts, kinds } = packingProblemOf(hosts.slice(0, 1), alike);
    assert.deepEqual([workloads.map((each) => each.map(({ name }) => name)), counts], [[["a", "b"]], [5]]);
    assert.deepEqual(
      kinds.map(({ name, count }) => `${count} ${name}`),
      ["5 a", "2 agent"],
    );
  });

  it("hold what the constraints of pods mean", () => {
    const apart = pod("apart", { antiAffinity: [{ labelSelector: app("agent"), topologyKey: HOSTNAME }] });
    const near = pod("near", { affinity: [{ labelSelector: app("apart"), topologyKey: HOSTNAME }] });
    const even = pod("spread", {
      spread: [{ maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: "DoNotSchedule", labelSelector: app("spread") }],
    });
    const { topologies, repulsions, affinities, spreads } = packingProblemOf(hosts, [apart, near, even]);
    assert.deepEqual(
      topologies.map(({ key }) => key),
      ["", HOSTNAME],
    );
    assert.deepEqual(
      repulsions.map((each) => each.map(({ kind }) => kind)),
      [[3], [], []],
    );
    assert.deepEqual(
      affinities.map((each) => each?.satisfiedBy),
      [undefined, [true, false, false, false, false], undefined],
    );
    assert.deepEqual(
      spreads.map((each) => each.map(({ counts }) => counts)),
      [[], [], [[false, false, true, false, false]]],
    );
  });

  it("refuse what is given twice, and counts that are none", () => {
    const refused = (names: readonly string[], workloads: readonly ReturnType<typeof pod>[], message: string) =>
      assert.throws(
        () =>
          packingProblemOf(
            names.map((name) => host(name)),
            workloads,
          ),
        new RangeError(message),
      );
    refused(["b", "a", "b", "a", "a"], [], "host a, b is given more than once; give it once, with its count");
    refused(["a", "b"], [pod("b"), pod("a"), pod("b")], "workload af/b is given more than once; give it once, with its count");
    refused([], [pod("hub", { count: -1 })], "af/hub: count is -1; write a whole number");
    refused([], [pod("hub", { count: NaN })], "af/hub: count is NaN; write a whole number");
    refused([], [pod("hub", { count: Infinity })], "af/hub: count is Infinity; write a whole number");
    refused([], [pod("hub", { count: -(2 ** 60) })], `af/hub: count is ${-(2 ** 60)}; write a whole number`);
    assert.deepEqual(
      packingProblemOf([host("a"), host("b")], [pod("a"), pod("b", { namespace: "other" }), pod("a", { namespace: "other" })]).classes,
      1,
    );
  });

  it("refuse amounts that cannot be added, and say whose is the largest", () => {
    const refused = (
      workload: Partial<Parameters<typeof pod>[1]>,
      allocatable: Record<string, bigint>,
      resource: string,
      largest: string,
    ) =>
      assert.throws(
        () => packingProblemOf([host("one", { allocatable })], [pod("hub", workload)]),
        (error) => error instanceof AmountsTooLarge && error.resource === resource && error.largest === largest,
      );
    const most = Number.MAX_SAFE_INTEGER;
    refused({ count: 2 ** 60 }, {}, "pods", `af/hub has ${2 ** 60}`);
    refused({ count: most, requests: {} }, {}, "pods", `${most} pods like those of af/hub ask for ${most}`);
    refused({ requests: { memory: 1n } }, { pods: 1n, memory: 2n ** 60n }, "memory", "one has 1Ei");
    refused({ requests: { memory: 2n ** 60n }, count: 1 }, { memory: 1n }, "memory", "1 pods like those of af/hub ask for 1Ei");
  });
});
