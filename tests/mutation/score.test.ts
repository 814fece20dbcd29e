import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { projectFolder } from "#af/stacks/site/project";
import {
  faultsOf,
  fingerprint,
  isMeasured,
  isWorse,
  measuredOf,
  NOT_MEASURED,
  sampleOf,
  tally,
  type Measured,
  type Mutant,
  type Score,
} from "./score";
import { isIn, mutatedSources, partsOf } from "./stryker";

const mutant = (status: string, more: Partial<Mutant> = {}): Mutant => ({
  status,
  mutatorName: "EqualityOperator",
  line: 7,
  original: "a < b",
  replacement: "a <= b",
  killedIn: [],
  ...more,
});
const entry = (killed: number, survived: number, more: Partial<Measured> = {}): Measured => ({
  ...measuredOf("text", []),
  killed,
  survived,
  ...more,
});

describe("the score of mutants", () => {
  it("counts each mutant once, and lists the boundaries that may move", () => {
    const mutants = [
      mutant("Killed", { killedIn: ["b.test.ts"] }),
      mutant("Killed", { killedIn: ["b.test.ts", "a.test.ts"] }),
      mutant("Timeout"),
      mutant("Survived"),
      mutant("NoCoverage", { original: "a.length\n  > 0", replacement: "a.length >= 0" }),
      mutant("Survived", { original: "a === b", replacement: "a !== b" }),
      mutant("Survived", { mutatorName: "ConditionalExpression", replacement: "true" }),
      mutant("Ignored"),
    ];
    assert.deepEqual(measuredOf("text", mutants), {
      source: fingerprint("text"),
      ...{ killed: 2, timeout: 1, survived: 3, noCoverage: 1, static: 1 },
      boundaries: ["7: a < b -> a <= b", "7: a.length > 0 -> a.length >= 0"],
      tests: ["a.test.ts", "b.test.ts"],
    });
  });

  it("is worse if more live and a smaller part is killed, or with a boundary more, and never than itself", () => {
    const count = fc.nat(50);
    fc.assert(
      fc.property(count, count, (killed, survived) => {
        const now = entry(killed, survived);
        assert.equal(isWorse(now, now), false);
        assert.equal(isWorse(entry(killed, survived + 1), now), killed > 0);
        assert.equal(isWorse(entry(killed + 1, survived), now), false);
        // Code that is gone takes its mutants with it.
        assert.equal(isWorse(now, entry(killed + 1, survived)), false);
        assert.equal(isWorse({ ...now, boundaries: ["1: a < b -> a <= b"] }, now), true);
      }),
    );
  });

  it("has an entry for each source and for nothing else", () => {
    assert.deepEqual(faultsOf({ "a.ts": NOT_MEASURED }, ["a.ts"]), []);
    assert.match(faultsOf({}, ["a.ts"])[0] ?? "", /a\.ts has no entry: run npm run mutation -- a\.ts/);
    assert.match(faultsOf({ "a.ts": NOT_MEASURED }, [])[0] ?? "", /a\.ts has an entry and is no source/);
  });

  it("does not fall beside the main branch, unless somebody says why", () => {
    const faults = (now: Score[string], before: Score[string]) => faultsOf({ "a.ts": now }, ["a.ts"], { "a.ts": before }).join();
    assert.equal(faults(entry(8, 2), entry(4, 1)), "");
    assert.match(
      faults(entry(8, 3), entry(4, 1)),
      /8 of 11 mutants killed, 0 boundaries not held, before: 4 of 5 .*; add tests, or measure/,
    );
    assert.equal(faults(entry(8, 3, { lowered: "its tests need a cluster now" }), entry(4, 1)), "");
    // The reason of an earlier time is no reason for a further fall.
    assert.match(faults(entry(8, 3, { lowered: "once" }), entry(4, 1, { lowered: "once" })), /add tests/);
    assert.match(faults(NOT_MEASURED, entry(4, 1)), /a\.ts is not measured, and was/);
    assert.equal(faults(NOT_MEASURED, NOT_MEASURED), "");
    assert.deepEqual(faultsOf({}, [], { "gone.ts": entry(4, 1) }), []);
  });

  it("is tried again at a small source in its present text, another one with another seed", () => {
    const source = fingerprint("text");
    const sampled = (score: Score, seed = "1") => sampleOf(score, new Map(Object.keys(score).map((file) => [file, "text"])), seed);
    const others = [entry(8, 0, { source: "another" }), entry(7, 0), entry(20, 6), entry(8, 0, { timeout: 1 }), NOT_MEASURED] as const;
    for (const other of others) assert.equal(sampled({ "a.ts": other }), undefined);
    const both = { "a.ts": entry(8, 0, { source }), "b.ts": entry(20, 5, { source }) };
    assert.deepEqual([...new Set(["1", "2", "3", "4", "5", "6"].map((seed) => sampled(both, seed)))].sort(), ["a.ts", "b.ts"]);
  });

  it("that is committed knows every source, and each has tests", () => {
    const score = JSON.parse(fs.readFileSync(path.join(projectFolder(), "tests", "mutation", "score.json"), "utf8")) as Score;
    assert.deepEqual(faultsOf(score, mutatedSources()), []);
    const parts = partsOf(mutatedSources());
    assert.deepEqual(parts.flatMap(({ sources }) => sources).sort(), mutatedSources());
    for (const { tests } of parts) assert.ok(tests.length > 0);
    for (const measured of Object.values(score).filter(isMeasured)) assert.ok(tally([measured]).noticed <= tally([measured]).tried);
  });

  it("is measured anew by the workflow for every source, once", () => {
    const text = fs.readFileSync(path.join(projectFolder(), ".github", "workflows", "mutation.yml"), "utf8");
    const { part } = (parse(text) as { jobs: { measure: { strategy: { matrix: { part: readonly string[] } } } } }).jobs.measure.strategy
      .matrix;
    for (const source of mutatedSources()) assert.equal(part.filter((each) => isIn(source, each)).length, 1, source);
    for (const each of part)
      assert.ok(
        mutatedSources().some((source) => isIn(source, each)),
        each,
      );
  });
});
