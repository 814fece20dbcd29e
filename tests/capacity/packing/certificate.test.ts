import assert from "node:assert/strict";
import { cannotBeKeptOut } from "#af/capacity/packing/certificate";
import { analyse } from "#af/capacity/packing/class-groups";
import type { PackHost, PackPod, SpreadConstraint } from "#af/capacity/packing/model";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, host, HOSTNAME, pod } from "./support";

/** Whether the class of the first pod, `a`, has a certificate. */
const isCertain = (hosts: readonly PackHost[], pods: readonly PackPod[]) => cannotBeKeptOut(analyse(packingProblemOf(hosts, pods)), 0);

const hosts = (zones: readonly (string | undefined)[], changes: Partial<PackHost> = {}) =>
  zones.map((zone, index) => host(`h${index}`, { ...changes, labels: { ...(zone && { zone }), index: `${index}` } }));
const apart = (from: string, topologyKey: string) => ({ antiAffinity: [{ labelSelector: app(from), topologyKey }] });
const on = (...values: readonly string[]): Partial<PackPod> => ({
  placement: { requiredTerms: [{ matchExpressions: [{ key: "index", operator: "In", values }] }] },
});
const cpu = (amount: bigint, count = 1): Partial<PackPod> => ({ requests: { cpu: amount }, count });
const nothing = (count: number): Partial<PackPod> => ({ requests: {}, count });

describe("a certificate that no pod is kept waiting", () => {
  it("is given while all others together cannot fill every host", () => {
    const beside = (amount: bigint, count: number) => isCertain(hosts([undefined]), [pod("a", cpu(1000n)), pod("b", cpu(amount, count))]);
    assert.ok(beside(1500n, 1) && beside(3000n, 1) && !beside(3001n, 1));
    const onTwo = (count: number) => isCertain(hosts([undefined, undefined]), [pod("a", cpu(1000n)), pod("b", cpu(4000n, count))]);
    assert.ok(onTwo(1) && !onTwo(2));
    // All but one of its own pods are others.
    assert.ok(isCertain(hosts([undefined]), [pod("a", cpu(1000n, 4))]));
    assert.ok(!isCertain(hosts([undefined]), [pod("a", cpu(1000n, 5))]));
    assert.ok(!isCertain([], [pod("a")]));
  });

  it("is given where others do not come", () => {
    const where = (...values: readonly string[]) =>
      isCertain(hosts([undefined, undefined]), [pod("a", cpu(1000n)), pod("b", { ...cpu(1000n, 9), ...on(...values) })]);
    assert.ok(where("0") && where("1") && !where("0", "1"));
  });

  it("is given beside what the pod evicts", () => {
    const beside = (changes: Partial<PackPod>) =>
      isCertain(hosts([undefined]), [pod("a", { ...cpu(1000n), priority: 1000, ...changes }), pod("b", cpu(4000n))]);
    assert.ok(beside({}) && !beside({ preemptionPolicy: "Never" }) && !beside({ priority: 0 }));
  });

  it("counts the dearest hosts and domains that others close by repelling the pod", () => {
    const beside = (topologyKey: string, count: number, zones = ["east", "east", "west"]) =>
      isCertain(hosts(zones), [pod("a", { ...cpu(1000n), ...apart("b", topologyKey) }), pod("b", nothing(count))]);
    assert.ok(beside(HOSTNAME, 2) && !beside(HOSTNAME, 3));
    assert.ok(beside("zone", 1) && !beside("zone", 2));
    // Each alone in its zone: as hosts are.
    assert.ok(beside("zone", 2, ["a", "b", "c"]) && !beside("zone", 3, ["a", "b", "c"]));
  });

  it("counts a host that closes for two reasons once", () => {
    const port = { hostPorts: [{ port: 443 }] };
    const beside = (count: number, others: number) =>
      isCertain(hosts([undefined, undefined, undefined]), [
        pod("a", { ...cpu(1000n), ...port, ...apart("b", HOSTNAME) }),
        pod("b", { ...nothing(count), ...port }),
        pod("c", { ...nothing(others), ...port }),
      ]);
    assert.ok(beside(2, 0) && beside(1, 1) && !beside(3, 0) && !beside(2, 1));
  });

  it("counts what fills hosts beside what closes domains", () => {
    const beside = (fills: number, repels: number) =>
      isCertain(hosts([undefined, undefined, undefined]), [
        pod("a", { ...cpu(1000n), ...apart("b", HOSTNAME) }),
        pod("b", nothing(repels)),
        pod("c", cpu(4000n, fills)),
      ]);
    assert.ok(beside(1, 1) && beside(2, 0) && beside(0, 2) && !beside(1, 2) && !beside(2, 1) && !beside(3, 0));
  });

  it("counts pods that stand on hosts already, where they repel over a domain that holds several hosts", () => {
    // What stands in the east keeps the pod out of all of it.
    const standing = [pod("agent", { requests: {}, ...apart("a", "zone") })];
    const taken = [host("h0", { labels: { zone: "east", index: "0" }, standing }), ...hosts(["east", "east", "west"]).slice(1)];
    assert.ok(!isCertain(taken, [pod("a", cpu(1000n)), pod("b", { ...cpu(4000n), ...on("2") })]));
    assert.ok(isCertain(taken, [pod("a", cpu(1000n)), pod("b", { ...cpu(4000n), ...on("1") })]));
  });

  const spread = (changes: Partial<SpreadConstraint> = {}): readonly SpreadConstraint[] => [
    { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: app("a"), ...changes },
  ];

  it("is given for a spread whose every domain keeps room", () => {
    const beside = (count: number, changes: Partial<SpreadConstraint> = {}) =>
      isCertain(hosts(["east", "west"]), [pod("a", { ...cpu(1000n, 2), spread: spread(changes) }), pod("b", cpu(1500n, count))]);
    assert.ok(beside(1) && !beside(2));
    assert.ok(!isCertain(hosts(["east", "west"]), [pod("a", { ...cpu(1000n, 2), spread: spread() }), pod("b", cpu(4000n))]));
    assert.ok(
      isCertain(hosts(["east", undefined]), [pod("a", { ...cpu(1000n, 2), spread: spread() }), pod("b", { ...cpu(4000n), ...on("1") })]),
    );
  });

  it("is given for a spread whose pods, all others together, close fewer domains than there are", () => {
    const beside = (count: number, changes: Partial<SpreadConstraint>, zones = ["a", "b", "c"]) =>
      isCertain(hosts(zones), [pod("a", { ...cpu(100n, count), spread: spread({ minDomains: 9, ...changes }) })]);
    // Each domain is closed by as many as the skew allows; with fewer domains than asked for, none counts as the emptiest.
    assert.ok(beside(3, {}) && !beside(4, {}));
    assert.ok(beside(6, { maxSkew: 2 }) && !beside(7, { maxSkew: 2 }));
    assert.ok(beside(2, {}, ["a", "a", "b"]) && !beside(3, {}, ["a", "a", "b"]));
    // Pods that do not count themselves close one only when they are one more.
    const other = (count: number) =>
      isCertain(hosts(["a", "b", "c"]), [
        pod("a", { ...cpu(100n), spread: spread({ minDomains: 9, labelSelector: app("b") }) }),
        pod("b", nothing(count)),
      ]);
    assert.ok(other(5) && !other(6));
  });

  it("is given for one spread as its emptiest domain, but not for two, nor with too few domains", () => {
    const certain = (count: number, constraints: readonly SpreadConstraint[]) =>
      isCertain(hosts(["a", "b", "c"], { allocatable: { cpu: 4000n, pods: 99n } }), [
        pod("a", { ...cpu(100n, count), spread: constraints }),
      ]);
    assert.ok(certain(30, spread()) && certain(30, spread({ minDomains: 3 })) && !certain(30, spread({ minDomains: 4 })));
    assert.ok(!certain(30, [...spread(), ...spread({ topologyKey: "index" })]));
  });

  it("counts a domain once that closes for a spread and by repelling", () => {
    const both = (count: number) =>
      isCertain(hosts(["a", "b", "c"]), [pod("a", { ...cpu(100n, count), ...apart("a", "zone"), spread: spread({ minDomains: 9 }) })]);
    assert.ok(both(3) && !both(4));
  });

  it("counts domains that close for a spread beside those that close by repelling", () => {
    const beside = (counted: number, repelling: number, labelSelector: SpreadConstraint["labelSelector"] = app("b")) =>
      isCertain(hosts(["a", "b", "c"]), [
        pod("a", { ...cpu(100n), ...apart("c", "zone"), spread: spread({ minDomains: 9, labelSelector }) }),
        pod("b", nothing(counted)),
        pod("c", nothing(repelling)),
      ]);
    assert.ok(beside(3, 1) && !beside(4, 1) && beside(2, 1) && !beside(2, 2));
    const either = { matchExpressions: [{ key: "app", operator: "In", values: ["b", "c"] }] };
    assert.ok(!beside(4, 1, either));
    // What repels on its own host, and what a spread counts in a zone, close different domains.
    const apartOnHosts = (count: number) =>
      isCertain(hosts(["east", "east", "west", "west"]), [
        pod("a", { ...cpu(100n), ...apart("b", HOSTNAME), spread: spread({ minDomains: 9, labelSelector: app("b") }) }),
        pod("b", nothing(count)),
      ]);
    assert.ok(apartOnHosts(1) && !apartOnHosts(2));
  });

  it("does not count hosts that are in no domain among those that close by repelling, nor pods that repel none", () => {
    const unlabelled = (count: number) =>
      isCertain(hosts(["east", "east", undefined]), [pod("a", { ...cpu(1000n), ...apart("b", "zone") }), pod("b", nothing(count))]);
    assert.ok(unlabelled(5));
    // Of what stands there only the agents are counted by the spread.
    const counted = (agents: number) => {
      const standing = [pod("agent", { requests: {}, count: agents }), pod("other", { requests: {}, count: 7 })];
      const [, ...others] = hosts(["a", "b", "c"]);
      const first = host("h0", { labels: { zone: "a" }, standing, allocatable: { cpu: 4000n, pods: 99n } });
      return isCertain([first, ...others], [pod("a", { ...cpu(100n), spread: spread({ minDomains: 9, labelSelector: app("agent") }) })]);
    };
    assert.ok(counted(1) && counted(5) && !counted(6));
  });

  it("is not given to a pod that has to be near others", () => {
    const near = [{ labelSelector: app("a"), topologyKey: "zone" }];
    assert.ok(!isCertain(hosts(["east"]), [pod("a", { ...cpu(1000n), affinity: near })]));
    assert.ok(isCertain(hosts(["east"]), [pod("a", cpu(1000n))]));
  });
});
