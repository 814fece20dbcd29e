import assert from "node:assert/strict";
import { analyse, type AnalysedProblem } from "#af/capacity/packing/class-groups";
import {
  byFreedom,
  bySize,
  byUrgency,
  harmful,
  preferring,
  roomiest,
  runGreedily,
  tightest,
  type HostChoice,
} from "#af/capacity/packing/greedy";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { Occupancy } from "#af/capacity/packing/occupancy";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, host, HOSTNAME, pod } from "./support";

const analysedOf = (hosts: readonly PackHost[], pods: readonly PackPod[]) => analyse(packingProblemOf(hosts, pods));
const cpu = (amount: bigint, count = 1): Partial<PackPod> => ({ requests: { cpu: amount }, count });
const sized = (name: string, amount: bigint, memory = 0n) => host(name, { allocatable: { cpu: amount, memory, pods: 10n } });
const use = (value: string): Partial<PackPod> => ({ placement: { nodeSelector: { use: value } } });
const places = (analysed: AnalysedProblem, order: readonly number[], choice: HostChoice, options: Parameters<typeof runGreedily>[3] = {}) =>
  runGreedily(analysed, order, choice, options).steps.map((step) => step.join(" on "));

describe("a run", () => {
  const first = preferring(() => true);

  it("places class after class, each pod on the first host of those that are chosen", () => {
    const analysed = analysedOf([sized("h0", 2000n), sized("h1", 2000n)], [pod("a", cpu(1000n, 2)), pod("b", cpu(1500n))]);
    assert.deepEqual(places(analysed, [0, 1], first), ["0 on 0", "0 on 0", "1 on 1"]);
    assert.deepEqual(places(analysed, [1, 0], first), ["1 on 0", "0 on 1", "0 on 1"]);
    assert.deepEqual(
      places(
        analysed,
        [0, 1],
        preferring((at) => at === 1),
      ),
      ["0 on 1", "0 on 1", "1 on 0"],
    );
    assert.deepEqual(places(analysed, [0], first), ["0 on 0", "0 on 0"]);
  });

  it("begins with what was placed before", () => {
    const analysed = analysedOf([sized("h0", 2000n), sized("h1", 2000n)], [pod("a", cpu(1000n, 2)), pod("b", cpu(1500n))]);
    assert.deepEqual(places(analysed, [0, 1], first, { begun: [[1, 0]] }), ["1 on 0", "0 on 1", "0 on 1"]);
  });

  it("tries again what was refused, until no pod can be placed any more", () => {
    const near = [{ labelSelector: app("b"), topologyKey: HOSTNAME }];
    const analysed = analysedOf(
      [sized("h0", 2000n), sized("h1", 2000n)],
      [pod("a", { ...cpu(500n, 9), affinity: near }), pod("b", cpu(1000n, 3))],
    );
    assert.deepEqual(
      places(
        analysed,
        [0, 1],
        preferring((at) => at === 1),
      ),
      ["1 on 1", "1 on 1", "1 on 0", "0 on 0", "0 on 0"],
    );
  });

  it("ends with the first pod that is left over for good, if all or nothing is asked for", () => {
    const hosts = [sized("h0", 1000n), sized("h1", 1000n)];
    const analysed = analysedOf(hosts, [pod("a", cpu(600n, 3)), pod("b", cpu(400n, 2))]);
    assert.deepEqual(places(analysed, [0, 1], first, { allOrNothing: true }), ["0 on 0", "0 on 1"]);
    assert.deepEqual(places(analysed, [0, 1], first), ["0 on 0", "0 on 1", "1 on 0", "1 on 1"]);
    // What has to be near others, or even, may be placed later.
    const near = [{ labelSelector: app("b"), topologyKey: HOSTNAME }];
    const later = analysedOf(hosts, [pod("a", { ...cpu(600n, 3), affinity: near }), pod("b", cpu(400n, 2))]);
    assert.deepEqual(places(later, [0, 1], first, { allOrNothing: true }), ["1 on 0", "1 on 0"]);
    const spread = [{ maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("a") }];
    const even = analysedOf([sized("h0", 1200n), sized("h1", 100n)], [pod("a", { ...cpu(600n, 2), spread }), pod("b", cpu(100n, 1))]);
    assert.deepEqual(places(even, [0, 1], first, { allOrNothing: true }), ["0 on 0", "1 on 0"]);
  });
});

describe("a choice of hosts", () => {
  it("takes the host with most room, or least, in shares of the largest of what is asked for", () => {
    const analysed = analysedOf(
      [sized("h0", 4000n, 10n), sized("h1", 2000n, 90n), sized("h2", 3000n, 100n)],
      [pod("a", cpu(1000n)), pod("b", { requests: { cpu: 1000n, memory: 10n } })],
    );
    const empty = new Occupancy(analysed.problem);
    const values = (choice: HostChoice, podClass: number) => [0, 1, 2].map((at) => Number(choice(empty, podClass, at).toFixed(3)));
    assert.deepEqual(values(roomiest, 0), [-2, -1.5, -1.75]);
    assert.deepEqual(values(tightest, 0), [2, 1.5, 1.75]);
    assert.deepEqual(values(roomiest, 1), [-2.1, -2.4, -2.75]);
    assert.deepEqual(places(analysed, [0, 1], roomiest), ["0 on 0", "1 on 2"]);
    assert.deepEqual(places(analysed, [0, 1], tightest), ["0 on 1", "1 on 1"]);
  });

  it("takes the host on which fewest of a victim's pods are left", () => {
    const analysed = analysedOf(
      [sized("h0", 1100n), sized("h1", 1000n), sized("h2", 900n)],
      [
        pod("a", cpu(100n)),
        pod("b", {
          ...cpu(1000n),
          placement: { requiredTerms: [{ matchFields: [{ key: "metadata.name", operator: "NotIn", values: ["h2"] }] }] },
        }),
      ],
    );
    const empty = new Occupancy(analysed.problem);
    assert.deepEqual(
      [0, 1, 2].map((at) => harmful(1)(empty, 0, at)),
      [0, -1, 1],
    );
    assert.deepEqual(
      [0, 1].map((at) => harmful(0)(empty, 1, at)),
      [-9, -10],
    );
    // A victim that asks for no memory is not harmed by what does.
    const memory = analysedOf(
      [host("h0"), host("h1")],
      [pod("a", { requests: { cpu: 1000n, memory: 5n } }), pod("b", { requests: { cpu: 1000n } })],
    );
    assert.equal(harmful(1)(new Occupancy(memory.problem), 0, 0), -1);
    assert.deepEqual(places(analysed, [0, 1], harmful(1)), ["0 on 1", "1 on 0"]);
  });
});

describe("an order of classes", () => {
  const hosts = [host("h0", { labels: { use: "hub" } }), host("h1", { labels: { use: "hub" } }), host("h2", { labels: { use: "users" } })];
  const pods = [
    pod("a", { ...cpu(1000n), priority: 5 }),
    pod("b", { ...cpu(1000n), ...use("hub") }),
    pod("c", { requests: { memory: 8n * 1000n ** 3n, cpu: 1n } }),
    pod("d", { ...cpu(2000n), ...use("users"), priority: -5 }),
    pod("e", { ...cpu(1000n), ...use("users"), priority: 5 }),
  ];
  const analysed = analysedOf(hosts, pods);
  const all = [0, 1, 2, 3, 4];

  it("is by size, then by the number of hosts; by urgency; or by the number of hosts first", () => {
    assert.deepEqual(bySize(analysed, all), [3, 2, 4, 1, 0]);
    assert.deepEqual(bySize(analysed, [0, 1]), [1, 0]);
    assert.deepEqual(byUrgency(analysed, all), [4, 0, 2, 1, 3]);
    assert.deepEqual(byFreedom(analysed, all), [3, 4, 1, 2, 0]);
    const equal = analysedOf(hosts, [pod("a", { priority: 1 }), pod("b", { priority: 2 }), pod("c", { priority: 3 })]);
    assert.deepEqual(bySize(equal, [2, 0, 1]), [0, 1, 2]);
  });
});
