import assert from "node:assert/strict";
import { shortage } from "#af/capacity/packing/bounds";
import { analyse, indexes } from "#af/capacity/packing/class-groups";
import type { PackHost, PackPod, SpreadConstraint } from "#af/capacity/packing/model";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, G, host, HOSTNAME, pod } from "./support";

/** The first shortage, told as what is short, what is needed, what there is, and where. */
function short(hosts: readonly PackHost[], pods: readonly PackPod[]): string | undefined {
  const analysed = analyse(packingProblemOf(hosts, pods));
  const found = shortage(analysed, indexes(analysed.problem.classes));
  return found && `${found.of}: ${found.need} of ${found.have} on ${found.hosts.join()}`;
}

const cpus = (amount: bigint, pods = 10n): Partial<PackHost> => ({ allocatable: { cpu: amount, memory: 16n * G, pods } });
const cpu = (amount: bigint, changes: Partial<PackPod> = {}): Partial<PackPod> => ({ requests: { cpu: amount }, ...changes });
const only = (use: string): Partial<PackPod> => ({ placement: { nodeSelector: { use } } });
const labelled = (use: string, changes: Partial<PackHost> = {}): Partial<PackHost> => ({ ...changes, labels: { use } });

describe("a shortage", () => {
  it("is one of places, if hosts have room left that no pod fits into", () => {
    const hosts = [host("one", cpus(3000n)), host("two", cpus(3999n))];
    assert.equal(short(hosts, [pod("hub", cpu(2000n, { count: 2 }))]), undefined);
    assert.equal(short(hosts, [pod("hub", cpu(2000n, { count: 3 }))]), "places: 3 of 2 on one,two");
  });

  it("counts for each pod how often the yardstick goes into it, in whichever resource it goes least often", () => {
    const hosts = [host("one", { allocatable: { cpu: 4000n, memory: 4n, pods: 10n } })];
    const sized = (name: string, amount: bigint, memory: bigint, count: number) => pod(name, { requests: { cpu: amount, memory }, count });
    assert.equal(short(hosts, [sized("large", 3000n, 3n, 1), sized("small", 1000n, 1n, 1)]), undefined);
    assert.equal(short(hosts, [sized("large", 3000n, 3n, 1), sized("small", 1000n, 1n, 2)]), "places: 5 of 4 on one");
    // By both together large counts three times, by memory alone four times.
    assert.equal(short(hosts, [sized("large", 3000n, 4n, 1), sized("small", 1000n, 1n, 1)]), "places: 5 of 4 on one");
  });

  it("measures by all that a pod asks for together, and by nothing that it does not ask for", () => {
    // By CPU alone the hosts hold five, and by memory alone too.
    const sized = (name: string, amount: bigint, memory: bigint) =>
      host(name, { allocatable: { cpu: amount, memory, pods: 10n, "nvidia.com/gpu": 1n } });
    const hosts = [sized("one", 4000n, 1n), sized("two", 1000n, 4n)];
    const hub = (count: number) => pod("hub", { count, requests: { cpu: 1000n, memory: 1n } });
    const gpu = pod("gpu", { requests: { "nvidia.com/gpu": 1n } });
    assert.equal(short(hosts, [hub(2), gpu]), undefined);
    assert.equal(short(hosts, [hub(3), gpu]), "places: 3 of 2 on one,two");
  });

  it("is one of an amount, if no yardstick shows it", () => {
    const hosts = [host("one", cpus(4000n))];
    assert.equal(short(hosts, [pod("a", cpu(1500n, { count: 2 })), pod("b", cpu(1000n))]), undefined);
    assert.equal(short(hosts, [pod("a", cpu(1500n, { count: 2 })), pod("b", cpu(1001n))]), "cpu: 4001 of 4000 on one");
    // In bytes, whatever unit the sum is made in.
    const memory = (name: string, gigabytes: bigint, count: number) => pod(name, { requests: { memory: gigabytes * G }, count });
    assert.equal(short(hosts, [memory("a", 6n, 2), memory("b", 5n, 1)]), `memory: ${17n * G} of ${16n * G} on one`);
  });

  it("is one of pods, whatever they ask for", () => {
    assert.equal(short([host("one", cpus(4000n, 2n))], [pod("hub", { count: 2, requests: {} })]), undefined);
    assert.equal(short([host("one", cpus(4000n, 2n))], [pod("hub", { count: 3, requests: {} })]), "pods: 3 of 2 on one");
  });

  it("leaves out what a host lacks already", () => {
    const over = { standing: [pod("agent", cpu(6000n))] };
    const hosts = [host("one", cpus(2000n)), host("over", over)];
    assert.equal(short(hosts, [pod("hub", cpu(1000n)), pod("idle", { requests: { memory: G } })]), undefined);
    assert.equal(short(hosts, [pod("hub", cpu(1500n)), pod("idle", { requests: { memory: G, cpu: 501n } })]), "cpu: 2001 of 2000 on one");
  });

  it("is looked for where pods may go, and where no pod may go elsewhere", () => {
    const hosts = [host("one", labelled("hub")), host("two", labelled("users"))];
    const hub = (count: number) => pod("hub", cpu(1000n, { count, ...only("hub") }));
    const any = (count: number) => pod("any", cpu(1000n, { count }));
    assert.equal(short(hosts, [hub(4), any(4)]), undefined);
    assert.equal(short(hosts, [hub(5), any(1)]), "places: 5 of 4 on one");
    assert.equal(short(hosts, [hub(4), any(5)]), "places: 9 of 8 on one,two");
    // Neither may go everywhere; only both together are too many for all hosts.
    const user = (count: number) => pod("user", cpu(1000n, { count, placement: { requiredTerms: both(["hub", "spare"]) } }));
    const other = (count: number) => pod("other", cpu(1000n, { count, placement: { requiredTerms: both(["users", "spare"]) } }));
    const three = [...hosts, host("three", labelled("spare"))];
    assert.equal(short(three, [user(6), other(6)]), undefined);
    // The hosts are told in their order, though `other`, which comes first, may not use the first.
    assert.equal(short(three, [user(7), other(6)]), "places: 13 of 12 on one,three,two");
  });

  it("is one of domains, if pods may not share one", () => {
    const apart = (topologyKey: string, name = "hub") => ({ antiAffinity: [{ labelSelector: app(name), topologyKey }] });
    const hosts = ["one", "two", "three"].map((name, index) => host(name, { labels: index === 2 ? { zone: "b" } : { zone: "a" } }));
    const places = (count: number, topologyKey: string, name?: string) =>
      short(hosts, [pod("hub", { count, ...apart(topologyKey, name) })]);
    assert.equal(places(2, "zone"), undefined);
    assert.equal(places(3, "zone"), "places: 3 of 2 on one,three,two");
    assert.equal(places(3, HOSTNAME), undefined);
    assert.equal(places(4, HOSTNAME), "places: 4 of 3 on one,three,two");
    assert.equal(places(4, HOSTNAME, "other"), undefined);
    // A host without the label takes any number.
    assert.equal(short([...hosts, host("apart")], [pod("hub", { count: 4, ...apart("zone") })]), undefined);
  });

  it("is one of domains, if a spread compares with one that stays empty", () => {
    const hosts = [host("one", { labels: { zone: "a" } }), host("two", { labels: { zone: "b", use: "none" } })];
    const spread = (changes: Partial<SpreadConstraint>): PackPod["spread"] => [
      {
        maxSkew: 2,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: app("hub"),
        nodeAffinityPolicy: "Ignore",
        ...changes,
      },
    ];
    const away = { placement: { requiredTerms: [{ matchExpressions: [{ key: "use", operator: "DoesNotExist" }] }] } };
    const places = (count: number, changes: Partial<SpreadConstraint> = {}, pods: Partial<PackPod> = away) =>
      short(hosts, [pod("hub", { count, spread: spread(changes), ...pods })]);
    assert.equal(places(2), undefined);
    assert.equal(places(3), "places: 3 of 2 on one");
    assert.equal(
      short([...hosts, host("unlabelled")], [pod("hub", { count: 3, spread: spread({}), ...away })]),
      "places: 3 of 2 on one,unlabelled",
    );
    assert.equal(places(3, { nodeAffinityPolicy: "Honor" }), undefined);
    assert.equal(places(3, { labelSelector: {} }), undefined);
    assert.equal(places(3, { labelSelector: app("other") }), undefined);
    assert.equal(places(5, {}, {}), undefined);
    assert.equal(places(4, { minDomains: 2 }, {}), undefined);
    assert.equal(places(4, { minDomains: 3 }, {}), undefined);
    assert.equal(places(5, { minDomains: 3 }, {}), "places: 5 of 4 on one,two");
    // Pods of another kind are counted too, and may fill what stays empty.
    const counted = { labelSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["hub", "proxy"] }] } };
    assert.equal(short(hosts, [pod("hub", { count: 3, spread: spread(counted), ...away }), pod("proxy")]), undefined);
  });

  function both(values: readonly string[]) {
    return [{ matchExpressions: [{ key: "use", operator: "In", values }] }];
  }
});
