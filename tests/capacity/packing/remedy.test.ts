import assert from "node:assert/strict";
import fc from "fast-check";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { prove, provesToFit } from "#af/capacity/packing/prove";
import { changesThatHelp, describeChange, type SiteChange } from "#af/capacity/packing/remedy";
import type { Amounts } from "#af/capacity/requests";
import { instances, type Instance } from "./instances";
import { host, HOSTNAME, pod, users, workedExample } from "./support";

function changes(hosts: readonly PackHost[], pods: readonly PackPod[], poolLabel: string): readonly string[] {
  return changesThatHelp(hosts, pods, prove(hosts, pods), { poolLabel }).map(describeChange);
}

const GIBIBYTE = 2n ** 30n;

/** Instances in the sizes in which machines are bought. */
const facilities = instances("plain", { hosts: 3, pods: 3 }).map(({ hosts, pods }) => {
  const scaled = ({ cpu = 0n, memory = 0n, ...others }: Amounts): Amounts => ({ ...others, cpu: cpu * 1000n, memory: memory * GIBIBYTE });
  const asking = <Pod extends { readonly requests: Amounts }>(each: Pod): Pod => ({ ...each, requests: scaled(each.requests) });
  return {
    hosts: hosts.map((each) => ({ ...each, allocatable: scaled(each.allocatable), standing: (each.standing ?? []).map(asking) })),
    pods: pods.map(asking),
  };
});

/** The facility after the change, with `by` of it. */
function changed({ hosts, pods }: Instance, change: SiteChange, by: bigint): Instance {
  const inPool = ({ labels }: PackHost) => "pool" in change && labels["use"] === change.pool;
  const concerned = ({ name }: PackPod) => "pod" in change && name === change.pod.name;
  switch (change.kind) {
    case "fewer pods":
      return { hosts, pods: pods.map((each) => (concerned(each) ? { ...each, count: each.count - Number(by) } : each)) };
    case "larger hosts": {
      const more = ({ allocatable }: PackHost) => ({ ...allocatable, [change.resource]: (allocatable[change.resource] ?? 0n) + by });
      return { hosts: hosts.map((each) => (inPool(each) ? { ...each, allocatable: more(each) } : each)), pods };
    }
    case "more hosts": {
      const [model] = hosts.filter(({ name }) => name === change.like);
      assert.ok(model);
      const another = (name: string): PackHost => ({ ...model, name, labels: { ...model.labels, [HOSTNAME]: name } });
      return { hosts: [...hosts, ...Array.from({ length: Number(by) }, (_, index) => another(`another-${index}`))], pods };
    }
    case "label":
      return { hosts: hosts.map((each) => (inPool(each) ? { ...each, labels: { ...each.labels, ...change.labels } } : each)), pods };
    case "toleration": {
      const toleration = { key: change.key, operator: "Exists" };
      const tolerant = ({ placement = {} }: PackPod) => ({ ...placement, tolerations: [...(placement.tolerations ?? []), toleration] });
      return { hosts, pods: pods.map((each) => (concerned(each) ? { ...each, placement: tolerant(each) } : each)) };
    }
  }
}

/** How much of the change there is, and the least that there can be of its kind. */
function sizeOf(change: SiteChange): { readonly by: bigint; readonly step: bigint } {
  switch (change.kind) {
    case "larger hosts":
      return { by: change.by, step: change.resource === "cpu" ? 1000n : GIBIBYTE };
    case "fewer pods":
    case "more hosts":
      return { by: BigInt(change.by), step: 1n };
    case "label":
    case "toleration":
      return { by: 1n, step: 1n };
  }
}

describe("changes that help", function () {
  this.timeout(60_000);

  it("do help, and one step less does not", () => {
    const tried: string[] = [];
    const property = fc.property(facilities, (facility) => {
      const fits = ({ hosts, pods }: Instance) => prove(hosts, pods).verdict === "fits";
      for (const change of changesThatHelp(facility.hosts, facility.pods, prove(facility.hosts, facility.pods), { poolLabel: "use" })) {
        const { by, step } = sizeOf(change);
        assert.ok(fits(changed(facility, change, by)), `${describeChange(change)}: does not help`);
        if (by > step) assert.ok(!fits(changed(facility, change, by - step)), `${describeChange(change)}: less helps too`);
        tried.push(change.kind);
      }
    });
    fc.assert(property, { seed: 20_201_201, numRuns: 600 });
    console.log(`      ${tried.length} changes tried`);
    assert.deepEqual([...new Set(tried)].sort(), ["fewer pods", "label", "larger hosts", "more hosts", "toleration"]);
  });

  it("are the first of all that somebody can make, if only so many are wanted", () => {
    const kinds = fc.subarray<SiteChange["kind"]>(["toleration", "label", "fewer pods", "larger hosts", "more hosts"]);
    const asked = fc.record({ most: fc.integer({ min: 1, max: 4 }), kinds, pool: fc.constantFrom("users", "ceph", "none") });
    const property = fc.property(facilities, asked, ({ hosts, pods }, { most, kinds, pool }) => {
      const proof = prove(hosts, pods);
      const isPossible = (change: SiteChange) => kinds.includes(change.kind) && !("pool" in change && change.pool === pool);
      const all = changesThatHelp(hosts, pods, proof, { poolLabel: "use" });
      const some = changesThatHelp(hosts, pods, proof, { poolLabel: "use", isPossible, most });
      assert.deepEqual(some.map(describeChange), all.filter(isPossible).slice(0, most).map(describeChange));
    });
    fc.assert(property, { seed: 20_261_128, numRuns: 300 });
  });

  it("are not tried once as many are found as are wanted", () => {
    const cache = host("cache", { labels: { pool: "cache" }, taints: [{ key: "cache", effect: "NoSchedule" }] });
    const [hosts, pods] = [[cache], [pod("xcache")]];
    let asked = 0;
    const fit = (...given: Parameters<typeof provesToFit>) => {
      asked += 1;
      return provesToFit(...given);
    };
    const found = changesThatHelp(hosts, pods, prove(hosts, pods), { poolLabel: "pool", fit, most: 1 });
    assert.deepEqual([found.map(({ kind }) => kind), asked], [["toleration"], 1]);
  });

  it("are not tried where nobody can make them", () => {
    const [hosts, pods] = [[host("one")], [pod("hub", { requests: { cpu: 5000n } })]];
    const fit = () => assert.fail("a proof is asked for");
    assert.deepEqual(changesThatHelp(hosts, pods, prove(hosts, pods), { poolLabel: "pool", fit, isPossible: () => false }), []);
  });

  it("thins what is in the way too, but leaves some of it", () => {
    const hosts = [host("one")];
    const [hub, batch] = [pod("hub"), pod("batch", { count: 4 })];
    assert.deepEqual(changes(hosts, [hub, { ...batch, priority: 100 }], "pool"), [
      "1 fewer of af/hub: 0 instead of 1",
      "1 fewer of af/batch: 3 instead of 4",
      "1 CPU more in each host of pool ",
      "1 more host like one in pool ",
    ]);
  });

  it("never drops the last pod of what is needed", () => {
    const hosts = [host("one")];
    const pods = [pod("hub", { requests: { cpu: 5000n } })];
    const thinned = (isNeeded: () => boolean) => {
      const isPossible = (change: SiteChange) => change.kind !== "fewer pods" || !isNeeded() || change.by < change.pod.count;
      return changesThatHelp(hosts, pods, prove(hosts, pods), { poolLabel: "pool", isPossible }).some(({ kind }) => kind === "fewer pods");
    };
    assert.deepEqual([thinned(() => false), thinned(() => true)], [true, false]);
  });

  it("names a larger disk where that is what hosts lack", () => {
    const disk = (gibibytes: bigint) => ({ "ephemeral-storage": gibibytes * GIBIBYTE });
    const hosts = [host("one", { allocatable: { cpu: 4000n, memory: 16n * GIBIBYTE, pods: 10n, ...disk(20n) } })];
    const pods = [pod("hub", { count: 2, requests: { cpu: 100n, ...disk(15n) } })];
    assert.ok(changes(hosts, pods, "pool").includes("10Gi ephemeral-storage more in each host of pool "));
  });

  it("names each smallest one, the smallest kind first", () => {
    assert.deepEqual(changes(workedExample(), [users(98)], "model"), [
      "2 fewer of af/users: 96 instead of 98",
      "2Gi memory more in each host of pool x2200-24",
      "1 more host like 1u-0 in pool 1u",
      "1 more host like 4u-0 in pool 4u",
      "1 more host like r710-0 in pool r710",
      "1 more host like x2200-24-0 in pool x2200-24",
      "1 more host like x2200-32-0 in pool x2200-32",
    ]);
  });

  it("finds a missing toleration and a missing label", () => {
    const cache = host("cache", { labels: { pool: "cache" }, taints: [{ key: "cache", effect: "NoSchedule" }] });
    assert.equal(changes([cache], [pod("xcache")], "pool")[0], "let af/xcache tolerate cache, so that it may use pool cache");
    const selecting = pod("hub", { placement: { nodeSelector: { use: "hub" } } });
    assert.equal(
      changes([host("one", { labels: { pool: "core" } })], [selecting], "pool")[0],
      "label pool core with use=hub, so that af/hub may use it",
    );
  });

  it("has nothing to say where all fits, or nothing helps", () => {
    assert.deepEqual(changes([host("one")], [pod("hub")], "pool"), []);
    const nowhere = pod("hub", { placement: { nodeName: "elsewhere" } });
    assert.deepEqual(changes([host("one")], [nowhere], "pool"), ["1 fewer of af/hub: 0 instead of 1"]);
  });
});
