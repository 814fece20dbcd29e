import assert from "node:assert/strict";
import fc from "fast-check";
import { hostsForRate, rateAnswer, withGroup } from "#af/capacity/rates/answer";
import { bitRate, rateText } from "#af/capacity/rates/bit-rate";
import type { CacheGroup, DataPath } from "#af/capacity/rates/path";
import { compare, times, whole } from "#af/capacity/rates/ratio";
import { groupOf, statedPaths, WHOLE, withCaches } from "./paths";

const asking = (change: Partial<DataPath["analysis"]>, path = WHOLE): DataPath => ({ ...path, analysis: { ...path.analysis, ...change } });

/** A path of which nothing is known but what somebody wants. */
const UNKNOWN: DataPath = {
  analysis: { cores: 4n, perCore: undefined, hits: undefined, target: bitRate("1Gb/s"), dask: undefined },
  doors: undefined,
  cache: { kind: "external", rate: undefined },
  workers: { cores: 4n, link: undefined, groups: [{ name: "w", all: 4n, cores: 4n, nic: undefined }] },
  schedulers: undefined,
};

describe("the answer for a rate", () => {
  it("asks for the target, or for what all cores read, or for nothing", () => {
    const asked = (path: DataPath) => {
      const { asked: rate, verdict } = rateAnswer(path);
      return [rate && rateText(rate), verdict];
    };
    assert.deepEqual(asked(WHOLE), ["200Gb/s", "enough"]);
    assert.deepEqual(asked(asking({ target: bitRate("150Gb/s") })), ["150Gb/s", "enough"]);
    assert.deepEqual(asked(asking({ target: bitRate("201Gb/s") })), ["201Gb/s", "not enough"]);
    assert.deepEqual(asked(asking({ perCore: undefined })), [undefined, "not asked"]);
    assert.deepEqual(asked(asking({ perCore: undefined, target: bitRate("150Gb/s") })), ["150Gb/s", "not stated"]);
    assert.deepEqual(asked(UNKNOWN), ["1Gb/s", "not stated"]);
  });

  it("is enough exactly up to the rate that arrives", () => {
    const property = fc.property(statedPaths, fc.constantFrom(-1n, 0n, 1n), (path, more) => {
      const rate = rateAnswer(path).rate ?? assert.fail();
      // A millionth of a bit is above any rate that a generated path has.
      const target = { over: rate.over * 1_000_000n + more, under: rate.under * 1_000_000n };
      assert.equal(rateAnswer(asking({ target }, path)).verdict, more > 0n ? "not enough" : "enough");
    });
    fc.assert(property);
  });

  it("names no rate, no limit and no cores where nothing is known", () => {
    const { rate, limits, fed, certain } = rateAnswer(UNKNOWN);
    assert.deepEqual([rate, limits, fed, certain], [undefined, [], undefined, false]);
  });

  it("feeds as many cores as read at that rate, where it is known what one reads and that it reads", () => {
    const property = fc.property(statedPaths, (path) => {
      const { rate = assert.fail(), fed = assert.fail() } = rateAnswer(path);
      const perCore = path.analysis.perCore ?? assert.fail();
      assert.ok(compare(times(whole(fed), perCore), rate) <= 0 && compare(times(whole(fed + 1n), perCore), rate) > 0);
    });
    fc.assert(property);
    assert.equal(rateAnswer(asking({ perCore: undefined })).fed, undefined);
    assert.equal(rateAnswer(asking({ perCore: whole(0n) })).fed, undefined);
  });

  it("is certain only where nothing is left unstated", () => {
    assert.equal(rateAnswer(WHOLE).certain, true);
    const one = withCaches(WHOLE, () => ({ read: undefined }));
    assert.deepEqual([rateAnswer(one).certain, rateAnswer(one).verdict], [false, "not stated"]);
  });
});

describe("the cache hosts for a rate", () => {
  const rate = bitRate("200Gb/s");
  const hosts = (change: Partial<CacheGroup>) => {
    const [answer] = hostsForRate(
      withCaches(WHOLE, () => change),
      rate,
    );
    return [answer?.pool, answer?.hosts, answer?.unstated, answer?.then?.limits];
  };

  it("are none that anybody knows where nothing is stated, or where a host carries nothing", () => {
    assert.deepEqual(hosts({ nic: undefined, read: undefined, write: undefined }), [
      "nvme",
      undefined,
      ["the NICs of nvme", "what a disk of nvme reads", "what a disk of nvme writes"],
      undefined,
    ]);
    for (const nothing of [{ disks: 0n }, { nic: whole(0n) }]) assert.deepEqual(hosts(nothing), ["nvme", undefined, [], undefined]);
  });

  it("are counted for a pool without a host too, and each that is not stated is named once", () => {
    assert.deepEqual(hosts({ hosts: 0n }), ["nvme", 8n, [], ["NICs of the caches, serving", "cores"]]);
    assert.deepEqual(hosts({ nic: undefined }), ["nvme", 6n, ["the NICs of nvme"], ["cores"]]);
  });

  it("of one pool are those that the others leave to do, and none where these do it all", () => {
    const group = groupOf(WHOLE);
    const two = (other: bigint): DataPath => ({
      ...WHOLE,
      cache: { kind: "own", groups: [group, { ...group, pool: "more", hosts: other }] },
    });
    const counts = (other: bigint) => hostsForRate(two(other), rate).map(({ pool, hosts: count }) => [pool, count]);
    assert.deepEqual(counts(3n), [
      ["nvme", 5n],
      ["more", 0n],
    ]);
    assert.deepEqual(counts(9n), [
      ["nvme", 0n],
      ["more", 0n],
    ]);
    assert.deepEqual(
      hostsForRate(two(7n), bitRate("400Gb/s")).map(({ then }) => then?.rate && rateText(then.rate)),
      ["200Gb/s", "200Gb/s"],
    );
  });

  it("are asked of caches of the facility alone", () => {
    const external: DataPath = { ...WHOLE, cache: { kind: "external", rate } };
    assert.deepEqual(hostsForRate(external, rate), []);
    assert.equal(withGroup(external, groupOf(WHOLE), { hosts: 1n }), external);
  });
});

describe("a group with a change", () => {
  it("is the only one that changes", () => {
    const group = groupOf(WHOLE);
    const two: DataPath = { ...WHOLE, cache: { kind: "own", groups: [group, { ...group, pool: "more" }] } };
    const changed = withGroup(two, group, { hosts: 9n });
    assert.deepEqual(changed, {
      ...two,
      cache: {
        kind: "own",
        groups: [
          { ...group, hosts: 9n },
          { ...group, pool: "more" },
        ],
      },
    });
  });
});
