import assert from "node:assert/strict";
import fc from "fast-check";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { prove, provesToFit } from "#af/capacity/packing/prove";
import { changesThatHelp, describeChange, type SiteChange } from "#af/capacity/packing/remedy";
import { larger } from "#af/capacity/quantity";
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

describe("changes that are tried", () => {
  const kept = (key: string) => ({ key, value: "only", effect: "NoSchedule" });
  const core = host("core-0", { labels: { pool: "core" } });
  const cache = host("cache-0", { labels: { pool: "cache" }, taints: [kept("cache")] });
  const gpu = host("gpu-0", { labels: { pool: "gpu", use: "gpu" }, taints: [kept("gpu"), kept("lent")] });
  const tolerant = { tolerations: [{ key: "cache", operator: "Exists" }] };
  const hub = pod("hub", { requests: { cpu: 5000n } });

  it("are all that concern a workload that waits, and no other", () => {
    const train = pod("train", { requests: { cpu: 100n }, placement: { nodeSelector: { use: "gpu" } } });
    const small = (name: string, changes: Partial<PackPod>) => pod(name, { requests: { cpu: 100n }, ...changes });
    const others = [
      small("batch", { count: 2 }),
      small("monitor", { count: 2, placement: tolerant }),
      small("single", { count: 1 }),
      small("xcache", { count: 2, placement: { ...tolerant, nodeSelector: { pool: "cache" } } }),
    ];
    const [hosts, pods] = [
      [core, cache, gpu],
      [hub, train, ...others],
    ];
    const proof = prove(hosts, pods);
    const given: unknown[] = [];
    const fit = (...[, , options]: Parameters<typeof provesToFit>) => given.push(options) > 0;
    assert.deepEqual(changesThatHelp(hosts, pods, proof, { poolLabel: "pool", fit, effort: 77 }).map(describeChange), [
      "let af/hub tolerate cache, so that it may use pool cache",
      "let af/hub tolerate gpu, so that it may use pool gpu",
      "let af/hub tolerate lent, so that it may use pool gpu",
      "label pool core with use=gpu, so that af/train may use it",
      "let af/train tolerate gpu, so that it may use pool gpu",
      "let af/train tolerate lent, so that it may use pool gpu",
      "1 fewer of af/hub: 0 instead of 1",
      "1 fewer of af/train: 0 instead of 1",
      "1 fewer of af/batch: 1 instead of 2",
      "1 fewer of af/monitor: 1 instead of 2",
      "1 CPU more in each host of pool cache",
      "1 CPU more in each host of pool core",
      "1 CPU more in each host of pool gpu",
      "1 more host like cache-0 in pool cache",
      "1 more host like core-0 in pool core",
      "1 more host like gpu-0 in pool gpu",
    ]);
    for (const options of given) assert.deepEqual(options, { effort: 77, suspects: [hub, train] });
  });

  it("change the pool that they name alone, and let a pod tolerate what they name alone", () => {
    const openings = (hosts: readonly PackHost[], asked: PackPod) =>
      changes(hosts, [asked], "pool").filter((text) => /^(label|let) /.test(text));
    const selecting = (count: number) => pod("train", { count, requests: { cpu: 3000n }, placement: { nodeSelector: { use: "gpu" } } });
    const [taken, open] = [host("gpu-0", { ...gpu, taints: [kept("gpu")] }), host("spare-0", { labels: { pool: "spare" } })];
    const [labelCore, labelSpare, tolerate] = [
      "label pool core with use=gpu, so that af/train may use it",
      "label pool spare with use=gpu, so that af/train may use it",
      "let af/train tolerate gpu, so that it may use pool gpu",
    ];
    assert.deepEqual(openings([core, open, taken], selecting(1)), [labelCore, tolerate, labelSpare]);
    assert.deepEqual(openings([core, open, taken], selecting(2)), []);
    assert.deepEqual(openings([gpu], selecting(1)), []);
  });

  it("bring hosts that have names of their own, and labels like those of their model", () => {
    const model = host("core-0", { labels: { pool: "core", machine: "core-0" } });
    const apart = [{ topologyKey: "machine", labelSelector: { matchLabels: { app: "hub" } } }];
    const pods = [pod("hub", { count: 3, requests: { cpu: 100n }, antiAffinity: apart, placement: { nodeSelector: { pool: "core" } } })];
    assert.ok(changes([model], pods, "pool").includes("2 more hosts like core-0 in pool core"));
    const names = new Set<string>();
    const fit = (hosts: readonly PackHost[]) => hosts.map(({ name }) => names.add(name)).length > 4;
    changesThatHelp([model], pods, prove([model], pods), { poolLabel: "pool", fit });
    assert.deepEqual([...names], ["core-0", ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => `core-0 (another ${number})`)]);
  });

  it("end at the size of those that are found, and the smallest are first", () => {
    const hosts = ["a", "b", "c"].map((name) => host(name, { labels: { pool: name } }));
    const enough: Readonly<Record<string, bigint>> = { a: 7000n, b: 5000n, c: 6000n };
    const found = (most?: number) => {
      const largest: Record<string, bigint> = {};
      const fit = (given: readonly PackHost[]) => {
        for (const { name, allocatable } of given) largest[name] = larger(largest[name] ?? 0n, allocatable["cpu"] ?? 0n);
        return given.some(({ name, allocatable }) => (allocatable["cpu"] ?? 0n) >= (enough[name] ?? 0n));
      };
      const isPossible = ({ kind }: SiteChange) => kind === "larger hosts";
      const pools = changesThatHelp(hosts, [hub], prove(hosts, [hub]), { poolLabel: "pool", fit, isPossible, ...(most && { most }) });
      return [pools.map((each) => `${"pool" in each ? each.pool : ""} ${sizeOf(each).by}`), Object.values(largest)];
    };
    assert.deepEqual(found(), [
      ["b 1000", "c 2000", "a 3000"],
      [8000n, 8000n, 8000n],
    ]);
    assert.deepEqual(found(2), [
      ["b 1000", "c 2000"],
      [8000n, 8000n, 6000n],
    ]);
    assert.deepEqual(found(1), [["b 1000"], [8000n, 6000n, 4000n]]);
  });

  it("are no more than are wanted, of each kind and of all", () => {
    const [hosts, pods] = [
      [core, cache, gpu],
      [hub, pod("batch", { count: 2 })],
    ];
    const batches = new Set<number>();
    const fit = (_: readonly PackHost[], given: readonly PackPod[]) =>
      given.every(({ name, count }) => name !== "batch" || batches.add(count));
    const kinds = (most: number) =>
      changesThatHelp(hosts, pods, prove(hosts, pods), { poolLabel: "pool", fit, most }).map(({ kind }) => kind);
    assert.deepEqual(kinds(2), ["toleration", "toleration"]);
    assert.deepEqual(kinds(4), ["toleration", "toleration", "toleration", "fewer pods"]);
    // The hub has one fewer already, and nothing is smaller.
    assert.deepEqual([...batches], [2]);
  });

  it("are told in the singular and the plural, with every label and in the unit of the resource", () => {
    const labels = { use: "gpu", zone: "a" };
    const told: readonly (readonly [SiteChange, string])[] = [
      [{ kind: "label", pod: hub, labels, pool: "core" }, "label pool core with use=gpu,zone=a, so that af/hub may use it"],
      [{ kind: "more hosts", pool: "core", like: "core-0", by: 1 }, "1 more host like core-0 in pool core"],
      [{ kind: "more hosts", pool: "core", like: "core-0", by: 2 }, "2 more hosts like core-0 in pool core"],
      [{ kind: "larger hosts", pool: "core", resource: "cpu", by: 3000n }, "3 CPU more in each host of pool core"],
      [{ kind: "larger hosts", pool: "core", resource: "memory", by: 2n * GIBIBYTE }, "2Gi memory more in each host of pool core"],
    ];
    for (const [change, text] of told) assert.equal(describeChange(change), text);
  });
});
