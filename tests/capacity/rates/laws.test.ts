import assert from "node:assert/strict";
import fc from "fast-check";
import { hostsForRate, rateAnswer, withHosts, type RateAnswer } from "#af/capacity/rates/answer";
import { rateChanges } from "#af/capacity/rates/changes";
import type { DataPath } from "#af/capacity/rates/path";
import { compare, times, whole, type Ratio } from "#af/capacity/rates/ratio";
import { largestRate } from "./oracle";
import { statedPaths, withCaches } from "./paths";

const RUNS = { seed: 20_250_317, numRuns: 500 };

const rateOf = (answer: RateAnswer): Ratio => answer.rate ?? assert.fail("no rate");
const number = ({ over, under }: Ratio) => Number(over) / Number(under);

describe("the rate at which data reaches the cores", () => {
  it("is what no single door, port, disk or core refuses, looked at one by one", () => {
    const property = fc.property(statedPaths, (path) => {
      const [said, found] = [number(rateOf(rateAnswer(path))), largestRate(path)];
      assert.ok(Math.abs(said - found) <= 1e-9 * found, `${said} and ${found}`);
    });
    fc.assert(property, RUNS);
  });

  it("is the bound of the stages that are named, and of no other", () => {
    const property = fc.property(statedPaths, (path) => {
      const answer = rateAnswer(path);
      assert.ok(answer.certain && answer.limits.length > 0);
      for (const { name, bound } of answer.stages)
        if (bound) assert.equal(Math.sign(compare(bound, rateOf(answer))), answer.limits.includes(name) ? 0 : 1, name);
    });
    fc.assert(property, RUNS);
  });

  it("never falls by more hosts of a kind, disks, doors, cores, hits, or faster ports", () => {
    const grown: readonly ((path: DataPath) => DataPath)[] = [
      (path) => withCaches(path, ({ hosts }) => ({ hosts: hosts + 1n })),
      (path) => withCaches(path, ({ disks }) => ({ disks: disks + 1n })),
      (path) => withCaches(path, ({ nic }) => ({ nic: nic && times(nic, whole(2n)) })),
      (path) => ({ ...path, doors: path.doors && { ...path.doors, count: path.doors.count + 1n } }),
      (path) => ({ ...path, analysis: { ...path.analysis, cores: path.analysis.cores + 1n } }),
      (path) => ({ ...path, analysis: { ...path.analysis, hits: whole(1n) } }),
    ];
    const property = fc.property(statedPaths, fc.constantFrom(...grown), (path, grow) =>
      assert.ok(compare(rateOf(rateAnswer(grow(path))), rateOf(rateAnswer(path))) >= 0),
    );
    fc.assert(property, RUNS);
  });

  it("doubles where everything is there twice", () => {
    const twice = (path: DataPath): DataPath => ({
      ...withCaches(path, ({ hosts }) => ({ hosts: hosts * 2n })),
      analysis: { ...path.analysis, cores: path.analysis.cores * 2n },
      doors: path.doors && { count: path.doors.count * 2n, rate: path.doors.rate, link: doubled(path.doors.link) },
      ...(path.cache.kind === "external" && { cache: { ...path.cache, rate: doubled(path.cache.rate) } }),
      workers: {
        cores: path.workers.cores * 2n,
        link: path.workers.link === "inside" ? "inside" : doubled(path.workers.link),
        groups: path.workers.groups.map((group) => ({ ...group, all: group.all * 2n })),
      },
      schedulers: path.schedulers && { ...path.schedulers, rate: doubled(path.schedulers.rate) },
    });
    const doubled = (rate: Ratio | undefined) => rate && times(rate, whole(2n));
    const property = fc.property(statedPaths, (path) =>
      assert.equal(compare(rateOf(rateAnswer(twice(path))), times(rateOf(rateAnswer(path)), whole(2n))), 0),
    );
    fc.assert(property, RUNS);
  });

  it("is no lower, and the verdict no kinder, where somebody has not stated something", () => {
    const property = fc.property(statedPaths, forgotten, (path, forget) => {
      const [stated, less] = [rateAnswer(path), rateAnswer(forget(path))];
      if (less.rate) assert.ok(compare(less.rate, rateOf(stated)) >= 0);
      if (stated.verdict === "not enough") assert.notEqual(less.verdict, "enough");
      if (less.verdict === "enough") assert.equal(less.certain, true);
      if (less.verdict === "not enough") assert.equal(stated.verdict, "not enough", "what is not known mends nothing");
    });
    fc.assert(property, RUNS);
  });
});

/** Ways to state less, the wanted rate left as it was. */
const forgotten: fc.Arbitrary<(path: DataPath) => DataPath> = fc.constantFrom<((path: DataPath) => DataPath)[]>(
  (path) => withCaches(path, () => ({ nic: undefined })),
  (path) => withCaches(path, () => ({ read: undefined })),
  (path) => withCaches(path, () => ({ write: undefined })),
  (path) => ({ ...path, doors: path.doors && { ...path.doors, rate: undefined } }),
  (path) => ({ ...path, doors: path.doors && { ...path.doors, link: undefined } }),
  (path) => ({ ...path, analysis: { ...path.analysis, hits: undefined } }),
  (path) => ({ ...path, analysis: { ...path.analysis, dask: undefined } }),
  (path) => ({ ...path, workers: { ...path.workers, groups: path.workers.groups.map((group) => ({ ...group, nic: undefined })) } }),
);

describe("how many cache hosts a rate takes", () => {
  it("is the smallest number with which no cache is full below it", () => {
    const property = fc.property(statedPaths, fc.integer({ min: 1, max: 400 }), (path, gigabits) => {
      const { cache } = path;
      if (cache.kind !== "own") return assert.deepEqual(hostsForRate(path, whole(1n)), []);
      const rate = whole(BigInt(gigabits) * 10n ** 9n);
      for (const { pool, hosts = assert.fail() } of hostsForRate(path, rate)) {
        const group = cache.groups.find((each) => each.pool === pool) ?? assert.fail();
        assert.ok(cachesCarry(withHosts(path, group, hosts), rate), "with so many");
        if (hosts > 0n) assert.ok(!cachesCarry(withHosts(path, group, hosts - 1n), rate), "with one fewer");
      }
    });
    fc.assert(property, RUNS);
  });
});

function cachesCarry(path: DataPath, rate: Ratio): boolean {
  return rateAnswer(path)
    .stages.filter(({ name }) => name.endsWith("of the caches") || name.includes("of the caches,"))
    .every(({ bound }) => bound === undefined || compare(bound, rate) >= 0);
}

describe("changes that are advised", () => {
  it("lift the limit when they are made, and are the smallest of their kind", () => {
    let advised = 0;
    const property = fc.property(statedPaths, (path) => {
      const before = rateAnswer(path);
      const changes = rateChanges(path);
      if (before.verdict === "enough") assert.deepEqual(changes, []);
      for (const { path: changed, then, text } of changes) {
        advised += 1;
        const after = rateAnswer(changed);
        assert.deepEqual(after, then, text);
        assert.ok(compare(rateOf(after), rateOf(before)) > 0, text);
        assert.ok(after.verdict === "enough" || !after.limits.some((name) => before.limits.includes(name)), text);
        assert.ok(Math.abs(largestRate(changed) - number(rateOf(after))) <= 1e-9 * number(rateOf(after)), text);
      }
    });
    fc.assert(property, RUNS);
    assert.ok(advised > RUNS.numRuns / 4, `only ${advised} changes were advised`);
  });
});
