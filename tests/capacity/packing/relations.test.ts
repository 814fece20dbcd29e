import assert from "node:assert/strict";
import type { HostPort, PackPod, SpreadConstraint } from "#af/capacity/packing/model";
import { affinityOf, interchangeable, repulsionsOf, spreadsOf } from "#af/capacity/packing/relations";
import { topologiesOf } from "#af/capacity/packing/topologies";
import { app, host, pod } from "./support";

const term = (name: string, topologyKey = "zone", namespaces?: readonly string[]) => ({
  labelSelector: app(name),
  topologyKey,
  ...(namespaces && { namespaces }),
});
const zones = ["east", undefined, "west"];
const hosts = zones.map((zone, index) =>
  host(`h${index}`, {
    labels: { ...(zone && { zone }), use: index === 0 ? "hub" : "users" },
    taints: index === 2 ? [{ key: "cache", effect: "NoSchedule" }] : [],
  }),
);

describe("what repels a pod", () => {
  const repels = (one: Partial<PackPod>, two: Partial<PackPod>) => {
    const kinds = [pod("a", one), pod("b", two)];
    return repulsionsOf(kinds.slice(0, 1), kinds, topologiesOf(hosts, kinds))[0]?.map(
      ({ kind, topology, reason }) => `${kind} ${topology} ${reason}`,
    );
  };
  const own = "node(s) didn't match pod anti-affinity rules";
  const others = "node(s) didn't satisfy existing pods anti-affinity rules";

  it("is what its anti-affinity means, and whose anti-affinity means it", () => {
    assert.deepEqual(repels({}, {}), []);
    assert.deepEqual(repels({ antiAffinity: [term("b")] }, {}), [`1 1 ${own}`]);
    assert.deepEqual(repels({}, { antiAffinity: [term("a")] }), [`1 1 ${others}`]);
    assert.deepEqual(repels({ antiAffinity: [term("a"), term("b", "use")] }, {}), [`0 2 ${own}`, `0 2 ${others}`, `1 1 ${own}`]);
    assert.deepEqual(repels({ antiAffinity: [term("c")] }, { antiAffinity: [term("c")] }), []);
    assert.deepEqual(repels({ antiAffinity: [term("b", "zone", ["other"])] }, {}), []);
  });

  it("is a pod that opens the same port of its host", () => {
    const clash = (one: HostPort, two: HostPort) =>
      repels({ hostPorts: [{ port: 1 }, one] }, { hostPorts: [two, { port: 2 }] })?.includes(
        "1 0 node(s) didn't have free ports for the requested pod ports",
      );
    assert.ok(clash({ port: 443 }, { port: 443 }) && clash({ port: 443 }, { port: 443, protocol: "TCP" }));
    assert.ok(!clash({ port: 443 }, { port: 444 }) && !clash({ port: 443 }, { port: 443, protocol: "UDP" }));
    const at = (ip: string, other: string) => clash({ port: 443, ip }, { port: 443, ip: other });
    assert.ok(
      at("10.0.0.1", "10.0.0.1") && at("", "10.0.0.1") && at("10.0.0.1", "") && at("0.0.0.0", "10.0.0.1") && at("10.0.0.1", "0.0.0.0"),
    );
    assert.ok(!at("10.0.0.1", "10.0.0.2"));
    assert.deepEqual(repels({ hostPorts: [{ port: 443 }] }, {}), ["0 0 node(s) didn't have free ports for the requested pod ports"]);
  });
});

describe("a spread", () => {
  const constraint: SpreadConstraint = { maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: app("a") };
  const spread = (changes: Partial<SpreadConstraint>, of: Partial<PackPod> = {}, more: readonly SpreadConstraint[] = []) => {
    const kinds = [pod("a", { spread: [{ ...constraint, ...changes }, ...more], ...of }), pod("b"), pod("a", { namespace: "other" })];
    const [first] = kinds;
    return first && spreadsOf(first, kinds, hosts, topologiesOf(hosts, kinds));
  };
  const usual = {
    topology: 1,
    maxSkew: 2,
    minDomains: 1,
    self: true,
    counts: [true, false, false],
    countedIn: [0, -1, 1],
    domains: [0, 1],
  };

  it("counts the pods of its namespace that it selects, on hosts that have its label", () => {
    assert.deepEqual(spread({}), [usual]);
    assert.deepEqual(spread({ minDomains: 3 }), [{ ...usual, minDomains: 3 }]);
    assert.deepEqual(spread({ labelSelector: app("b") }), [{ ...usual, self: false, counts: [false, true, false] }]);
    // An empty selector means the pod itself, but counts none; one that is absent neither.
    assert.deepEqual(spread({ labelSelector: {} }), [{ ...usual, counts: [false, false, false] }]);
    const { labelSelector: _, ...unselective } = constraint;
    const kinds = [pod("a")];
    assert.deepEqual(
      spreadsOf(pod("a", { spread: [unselective] }), kinds, [], []).map(({ self, counts }) => [self, ...counts]),
      [[false, false]],
    );
    assert.deepEqual(spread({ whenUnsatisfiable: "ScheduleAnyway" }), []);
    assert.deepEqual(spreadsOf(pod("a"), kinds, hosts, []), []);
  });

  it("counts the hosts that the pod may use, by selectors if not said, by taints if said", () => {
    const users = { placement: { nodeSelector: { use: "users" } } };
    const counted = (...given: Parameters<typeof spread>) =>
      spread(...given)?.map(({ countedIn, domains }) => [...countedIn, "in", ...domains])[0];
    assert.deepEqual(counted({}, users), [-1, -1, 1, "in", 1]);
    assert.deepEqual(counted({ nodeAffinityPolicy: "Honor" }, users), [-1, -1, 1, "in", 1]);
    assert.deepEqual(counted({ nodeAffinityPolicy: "Ignore" }, users), [0, -1, 1, "in", 0, 1]);
    assert.deepEqual(counted({ nodeTaintsPolicy: "Honor" }), [0, -1, -1, "in", 0]);
    assert.deepEqual(counted({ nodeTaintsPolicy: "Ignore" }), [0, -1, 1, "in", 0, 1]);
    assert.deepEqual(counted({ nodeTaintsPolicy: "Honor" }, { placement: { tolerations: [{ key: "cache", operator: "Exists" }] } }), [
      0,
      -1,
      1,
      "in",
      0,
      1,
    ]);
    // A host has to have the labels of all constraints.
    assert.deepEqual(counted({ topologyKey: "use" }, {}, [constraint]), [0, -1, 1, "in", 0, 1]);
  });
});

describe("required affinity", () => {
  it("is what satisfies all terms at once", () => {
    const both = { labels: { app: "b", tier: "core" } };
    const kinds = [pod("a"), pod("b"), pod("c", both)];
    const core = { labelSelector: { matchLabels: { tier: "core" } }, topologyKey: "use" };
    const affinity = (of: Partial<PackPod>) => affinityOf(pod("a", of), kinds, topologiesOf(hosts, [pod("a", of)]));
    assert.equal(affinity({}), undefined);
    assert.equal(affinity({ affinity: [] }), undefined);
    assert.deepEqual(affinity({ affinity: [term("b"), core] }), { topologies: [2, 1], satisfiedBy: [false, false, true], self: false });
    assert.deepEqual(affinity({ affinity: [term("a")] }), { topologies: [1], satisfiedBy: [true, false, false], self: true });
  });
});

describe("workloads whose pods can stand for one another", () => {
  const groups = (pods: readonly PackPod[], standing: readonly PackPod[] = []) =>
    interchangeable(pods, standing)
      .map((group) => group.map(({ name }) => name).join())
      .join(" ");
  const [a, b] = [pod("a"), pod("b")];

  it("ask for the same and may run on the same hosts", () => {
    assert.equal(groups([a, b]), "a,b");
    assert.equal(groups([a, { ...b, namespace: "other", count: 3 }]), "a,b");
    assert.equal(groups([a, { ...b, count: 0 }]), "a");
    assert.equal(groups([a, pod("b", { requests: { cpu: 1000n, memory: 1n } })]), "a b");
    assert.equal(groups([pod("a", { requests: { cpu: 1n, memory: 2n } }), pod("b", { requests: { memory: 2n, cpu: 1n } })]), "a,b");
    assert.equal(groups([a, pod("b", { priority: 5 })]), "a b");
    assert.equal(groups([a, pod("b", { placement: { nodeName: "h0" } })]), "a b");
  });

  it("are told apart by no term and no spread, of pods that are to be placed or stand there", () => {
    const chooser = (changes: Partial<PackPod>) => pod("z", { requests: {}, ...changes });
    const spread = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("a") };
    for (const changes of [{ affinity: [term("a")] }, { antiAffinity: [term("a")] }, { spread: [spread] }]) {
      assert.equal(groups([a, b, chooser(changes)]), "a b z");
      assert.equal(groups([a, b], [chooser(changes)]), "a b");
    }
    assert.equal(groups([a, b, chooser({ affinity: [term("c")] })]), "a,b z");
    // Two terms that mean different pods are not taken for one.
    assert.equal(groups([a, b, pod("c"), chooser({ affinity: [term("a"), term("b")] })]), "a b c z");
    assert.equal(groups([a, b, pod("c"), chooser({ spread: [spread, { ...spread, labelSelector: app("b") }] })]), "a b c z");
    assert.equal(groups([a, { ...a, name: "b", namespace: "other" }, chooser({ spread: [spread] })]), "a b z");
    assert.equal(
      groups([a, { ...a, name: "b", namespace: "other" }, chooser({ affinity: [term("a", "zone", ["af", "other"])] })]),
      "a,b z",
    );
    assert.equal(
      groups([a, { ...a, name: "b", namespace: "other" }, chooser({ affinity: [term("a", "zone", ["other"]), term("a")] })]),
      "a b z",
    );
  });

  it("are in one namespace and have the same labels if they select themselves", () => {
    for (const relation of [{ affinity: [term("x")] }, { antiAffinity: [term("x")] }]) {
      const [one, other] = [pod("a", { ...relation, labels: { k: "v", l: "w" } }), pod("b", { ...relation, labels: { l: "w", k: "v" } })];
      assert.equal(groups([one, other]), "a,b");
      assert.equal(groups([one, { ...other, labels: { k: "v" } }]), "a b");
      assert.equal(groups([one, { ...other, namespace: "other" }]), "a b");
    }
  });
});
