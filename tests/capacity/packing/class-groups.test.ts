import assert from "node:assert/strict";
import { analyse, classGroupOf, classGroupsOf, classPriority, evicts, indexes, sharesHosts } from "#af/capacity/packing/class-groups";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, host, HOSTNAME, pod } from "./support";

const use = (...values: readonly string[]): Partial<PackPod> => ({
  placement: { requiredTerms: [{ matchExpressions: [{ key: "use", operator: "In", values }] }] },
});
const apart = (from: string, topologyKey: string) => ({ antiAffinity: [{ labelSelector: app(from), topologyKey }] });
const three = ["one", "two", "three"].map((name) => host(name, { labels: { use: name, zone: name === "three" ? "west" : "east" } }));

/** Classes are numbered in the order of the pods' names, which have to be sorted. */
const analysedOf = (pods: readonly PackPod[], hosts: readonly PackHost[] = three) => analyse(packingProblemOf(hosts, pods));
/** The group of the first class: its members, and what it is. */
function group(pods: readonly PackPod[]): string {
  const { members, monotone, local, peaceful } = classGroupOf(analysedOf(pods), 0);
  return [members.join(), monotone && "monotone", local && "local", peaceful && "peaceful"].filter(Boolean).join(" ");
}

describe("groups of classes", () => {
  it("hold those that may stand on the same hosts, and those that may on the hosts of these", () => {
    assert.equal(group([pod("a", use("one")), pod("b", use("two"))]), "0 monotone local peaceful");
    assert.equal(group([pod("a", use("one")), pod("b", use("one", "two"))]), "0,1 monotone local peaceful");
    assert.equal(
      group([pod("a", use("one")), pod("b", use("two", "three")), pod("c", use("one", "two"))]),
      "0,1,2 monotone local peaceful",
    );
  });

  it("hold those that a constraint over several hosts ties together, whichever of the two has it", () => {
    const [a, b] = [pod("a", use("one")), pod("b", use("two"))];
    assert.equal(group([{ ...a, ...apart("b", "zone") }, b]), "0,1 monotone peaceful");
    assert.equal(group([a, { ...b, ...apart("a", "zone") }]), "0,1 monotone peaceful");
    assert.equal(group([{ ...a, ...apart("b", HOSTNAME) }, b]), "0 monotone local peaceful");
    assert.equal(group([{ ...a, ...apart("other", "zone") }, b]), "0 monotone local peaceful");
    assert.equal(group([{ ...a, affinity: [{ labelSelector: app("b"), topologyKey: "zone" }] }, b]), "0,1 peaceful");
    // A third that shares hosts with both, and asks nothing.
    assert.equal(
      group([{ ...pod("a", use("two")), ...apart("b", "zone") }, b, pod("c", { ...use("two"), requests: {} })]),
      "0,1,2 monotone peaceful",
    );
    const spread = [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("b") }];
    assert.equal(group([{ ...a, spread }, b]), "0,1 peaceful");
    assert.equal(
      group([
        { ...a, spread: [] },
        { ...b, spread },
      ]),
      "0 monotone local peaceful",
    );
  });

  it("are local where only what stands there already matters from afar", () => {
    const standing = [pod("agent", { requests: {}, ...apart("a", "zone") })];
    const { members, local } = classGroupOf(
      analysedOf([pod("a", use("one"))], [...three, host("west", { labels: { zone: "west" }, standing })]),
      0,
    );
    assert.deepEqual([members, local], [[0], true]);
  });

  it("leave out what a pod evicts, unless that keeps it out from afar", () => {
    const a = pod("a", { priority: 1000 });
    const b = pod("b", { requests: { cpu: 100n } });
    assert.equal(group([a, b]), "0 monotone local peaceful");
    assert.equal(group([{ ...a, preemptionPolicy: "Never" }, b]), "0,1 monotone local peaceful");
    assert.equal(group([{ ...a, priority: 0 }, b]), "0,1 monotone local peaceful");
    assert.equal(group([{ ...a, priority: -1 }, b]), "0,1 monotone local");
    assert.equal(group([{ ...a, ...apart("b", "zone") }, b]), "0,1 monotone");
    assert.equal(group([{ ...a, ...apart("b", HOSTNAME) }, b]), "0 monotone local peaceful");
    // Of three, the middle one evicts the last alone.
    const c = pod("c", { priority: 50, requests: { cpu: 200n } });
    assert.equal(group([{ ...a, priority: 50 }, { ...b, priority: 50 }, c]), "0,1,2 monotone local peaceful");
    assert.equal(group([{ ...a, priority: 0 }, { ...b, priority: 50 }, c]), "0,1,2 monotone local");
  });

  it("are told each once, with the classes whose group they are", () => {
    const analysed = analysedOf([pod("a", use("one")), pod("b", use("two")), pod("c", use("two", "three"))]);
    const groups = classGroupsOf(analysed, [2, 0, 1]).map(({ group: { members }, members: asked }) => [members, asked]);
    assert.deepEqual(groups, [
      [
        [1, 2],
        [2, 1],
      ],
      [[0], [0]],
    ]);
    assert.deepEqual(classGroupsOf(analysed, []), []);
  });
});

describe("what is known before a pod is placed", () => {
  it("is the reach of each class, by labels, by room and by what stands there", () => {
    const port = { hostPorts: [{ port: 443 }] };
    const taken = [host("full", { allocatable: { cpu: 100n, pods: 9n } }), host("ports", { standing: [pod("proxy", port)] })];
    const pods = [pod("a", { requests: {} }), pod("b", { ...use("one", "two") }), pod("c", port)];
    const { reach, reachGroups } = analysedOf(pods, [...three, ...taken]);
    // Hosts in the order of their names: full, one, ports, three, two.
    assert.deepEqual(reach, [
      [0, 1, 2, 3, 4],
      [1, 4],
      [1, 3, 4],
    ]);
    assert.deepEqual(reachGroups, [0, 1, 0, 2, 1]);
  });

  it("is the largest share that all pods of a class take of all hosts", () => {
    const hosts = [
      host("one", { allocatable: { cpu: 1000n, memory: 100n, pods: 10n } }),
      host("two", { allocatable: { cpu: 3000n, memory: 100n, pods: 10n } }),
    ];
    const over = host("over", { allocatable: { cpu: 0n, memory: 0n, pods: 0n }, standing: [pod("agent")] });
    const pods = [
      pod("a", { count: 2, requests: { cpu: 1000n } }),
      pod("b", { requests: { cpu: 400n, memory: 50n } }),
      pod("c", { requests: {} }),
      pod("d", { requests: { "nvidia.com/gpu": 2n } }),
    ];
    assert.deepEqual(analysedOf(pods, [...hosts, over]).dominantShares.slice(0, 3), [0.5, 0.25, 0.05]);
    assert.ok((analysedOf(pods, hosts).dominantShares[3] ?? 0) >= 1);
  });

  it("is who evicts whom, by priority alone", () => {
    const { problem } = analysedOf([
      pod("a", { priority: 1000 }),
      pod("b", { priority: 1000, preemptionPolicy: "Never" }),
      pod("c"),
      pod("d", { priority: -5 }),
    ]);
    const pairs = indexes(4).flatMap((one) => indexes(4).flatMap((other) => (evicts(problem, one, other) ? [`${one} ${other}`] : [])));
    assert.deepEqual(pairs, ["0 2", "0 3", "2 3"]);
    assert.deepEqual(
      indexes(4).map((podClass) => classPriority(problem, podClass)),
      [1000, 1000, 0, -5],
    );
  });

  it("is who shares a host", () => {
    const analysed = analysedOf([pod("a", use("one", "two")), pod("b", use("two", "three")), pod("c", use("three"))]);
    assert.deepEqual(
      [sharesHosts(analysed, 0, 1), sharesHosts(analysed, 1, 0), sharesHosts(analysed, 0, 2), sharesHosts(analysed, 2, 1)],
      [true, true, false, true],
    );
  });
});
