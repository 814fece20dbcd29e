import assert from "node:assert/strict";
import type { PackHost, PackPod, SpreadConstraint } from "#af/capacity/packing/model";
import { Occupancy } from "#af/capacity/packing/occupancy";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, G, host, HOSTNAME, pod } from "./support";

/** Classes are numbered by name, then what stands there. */
const empty = (hosts: readonly PackHost[], pods: readonly PackPod[]) => new Occupancy(packingProblemOf(hosts, pods));
const zones = (...names: readonly (string | undefined)[]) =>
  names.map((zone, index) => host(`h${index}`, { labels: { ...(zone && { zone }) } }));
const term = (name: string, topologyKey = "zone") => ({ labelSelector: app(name), topologyKey });
const cpu = (amount: bigint, count = 1): Partial<PackPod> => ({ requests: { cpu: amount }, count });

describe("what is on the hosts", () => {
  it("is what was placed, until it is taken away", () => {
    const occupancy = empty(
      [host("one"), host("two")],
      [pod("a", cpu(1500n, 3)), pod("b", { ...cpu(500n), antiAffinity: [term("a", HOSTNAME)] })],
    );
    const before = JSON.stringify([occupancy.free, occupancy.left]);
    occupancy.place(0, 1);
    occupancy.place(0, 1);
    assert.deepEqual([occupancy.left, occupancy.on(0, 1), occupancy.on(0, 0), occupancy.on(1, 1)], [[1, 1], 2, 0, 0]);
    assert.deepEqual(occupancy.free, [
      [10, 8],
      [8, 2],
    ]);
    assert.ok(occupancy.repels(1, 1) && !occupancy.repels(1, 0));
    occupancy.remove(0, 1);
    assert.ok(occupancy.repels(1, 1));
    occupancy.remove(0, 1);
    assert.ok(!occupancy.repels(1, 1));
    assert.equal(JSON.stringify([occupancy.free, occupancy.left]), before);
    assert.throws(() => occupancy.place(7, 0), new RangeError("no pod 7 or host 0"));
    assert.throws(() => occupancy.place(0, 7), new RangeError("no pod 0 or host 7"));
  });

  it("leaves room to the last unit of each resource, and names those that lack", () => {
    const occupancy = empty(
      [host("one"), host("over", { standing: [pod("agent", cpu(5000n))] })],
      [pod("a", cpu(4000n)), pod("b", { requests: { memory: 17n * G } }), pod("c", { requests: {} })],
    );
    assert.deepEqual(
      [0, 1, 2].map((podClass) => occupancy.hasRoom(podClass, 0)),
      [true, false, true],
    );
    assert.deepEqual(
      [0, 1, 2].map((podClass) => occupancy.hasRoom(podClass, 1)),
      [false, false, true],
    );
    assert.deepEqual(
      [occupancy.lacking(0, 0), occupancy.lacking(1, 0), occupancy.lacking(0, 1), occupancy.lacking(1, 1)],
      [[], [2], [1], [2]],
    );
    occupancy.place(2, 0);
    assert.ok(occupancy.hasRoom(0, 0));
  });

  it("repels by domain, from where it stands, for each reason", () => {
    const hosts = zones("east", "east", "west", undefined);
    const port = { hostPorts: [{ port: 443 }] };
    const occupancy = empty(hosts, [
      pod("a", { ...port, antiAffinity: [term("b")] }),
      pod("b", { ...port, requests: {} }),
      pod("c", { requests: {}, antiAffinity: [term("a")] }),
    ]);
    occupancy.place(1, 1);
    assert.deepEqual(
      [0, 1, 2, 3].map((at) => occupancy.repels(0, at)),
      [true, true, false, false],
    );
    assert.deepEqual([...occupancy.repulsions(0, 1)].sort(), [
      "node(s) didn't have free ports for the requested pod ports",
      "node(s) didn't match pod anti-affinity rules",
    ]);
    occupancy.place(2, 2);
    assert.deepEqual(
      [0, 1, 2, 3].map((at) => occupancy.repels(0, at)),
      [true, true, true, false],
    );
    assert.deepEqual(occupancy.repulsions(0, 2), ["node(s) didn't satisfy existing pods anti-affinity rules"]);
    // On a host without the label nobody is repelled, nor repels.
    const alone = empty(hosts, [pod("a", { antiAffinity: [term("b")] }), pod("b", { requests: {} })]);
    alone.place(1, 3);
    assert.deepEqual(
      [0, 1, 2, 3].map((at) => alone.repels(0, at)),
      [false, false, false, false],
    );
  });

  it("counts for a spread by domain, beside the emptiest", () => {
    const spread = (changes: Partial<SpreadConstraint> = {}) => [
      { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("a"), ...changes },
    ];
    const problems = (occupancy: Occupancy) => [0, 1, 2, 3].map((at) => occupancy.spreadProblem(0, at) ?? "none").join(" ");
    const hosts = zones("east", "east", "west", undefined);
    const even = empty(hosts, [pod("a", { count: 4, spread: spread() })]);
    assert.equal(problems(even), "none none none label");
    even.place(0, 0);
    assert.equal(problems(even), "skew skew none label");
    assert.ok(!even.admits(0, 1) && even.admits(0, 2) && !even.admits(0, 3));
    even.place(0, 2);
    assert.equal(problems(even), "none none none label");
    even.remove(0, 0);
    assert.equal(problems(even), "none none skew label");
    const few = empty(hosts, [pod("a", { count: 4, spread: spread({ minDomains: 3 }) })]);
    few.place(0, 0);
    few.place(0, 2);
    assert.equal(problems(few), "skew skew skew label");
    const enough = empty(hosts, [pod("a", { count: 4, spread: spread({ minDomains: 2 }) })]);
    enough.place(0, 0);
    enough.place(0, 2);
    assert.equal(problems(enough), "none none none label");
    // Pods that the constraint counts, of another kind than its own.
    const others = empty(hosts, [pod("a", { spread: spread({ labelSelector: app("b") }) }), pod("b", { count: 2, requests: {} })]);
    others.place(1, 0);
    assert.equal(problems(others), "none none none label");
    others.place(1, 1);
    assert.equal(problems(others), "skew skew none label");
  });

  it("is near to a pod by all of its terms, and a first one is near to itself", () => {
    const hosts = zones("east", "east", "west", undefined);
    const near = (occupancy: Occupancy) => [0, 1, 2, 3].map((at) => occupancy.isNearItsOwn(0, at));
    const both = empty(hosts, [pod("a", { affinity: [term("b"), term("b", HOSTNAME)] }), pod("b", { requests: {}, count: 2 })]);
    assert.deepEqual(near(both), [false, false, false, false]);
    both.place(1, 0);
    assert.deepEqual(near(both), [true, false, false, false]);
    const own = empty(hosts, [pod("a", { count: 3, affinity: [term("a")] })]);
    assert.deepEqual(near(own), [true, true, true, false]);
    own.place(0, 2);
    assert.deepEqual(near(own), [false, false, true, false]);
    own.remove(0, 2);
    assert.deepEqual(near(own), [true, true, true, false]);
    assert.deepEqual(near(empty(hosts, [pod("a")])), [true, true, true, true]);
    // By the hosts themselves, without a label.
    const onHosts = empty(hosts, [pod("a", { count: 3, affinity: [term("a", HOSTNAME)] })]);
    onHosts.place(0, 1);
    assert.deepEqual(near(onHosts), [false, true, false, false]);
  });

  it("begins with what stands there", () => {
    const standing = [pod("agent", { requests: {}, count: 2, antiAffinity: [term("a", HOSTNAME)] })];
    const occupancy = empty([host("one", { standing }), host("two")], [pod("a")]);
    assert.deepEqual([occupancy.on(1, 0), occupancy.on(1, 1)], [2, 0]);
    assert.deepEqual([occupancy.admits(0, 0), occupancy.admits(0, 1)], [false, true]);
  });
});
