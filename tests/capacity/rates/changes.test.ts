import assert from "node:assert/strict";
import fc from "fast-check";
import { rateAnswer } from "#af/capacity/rates/answer";
import { bitRate } from "#af/capacity/rates/bit-rate";
import { rateChanges } from "#af/capacity/rates/changes";
import type { DataPath } from "#af/capacity/rates/path";
import { compare, decimal, type Ratio } from "#af/capacity/rates/ratio";
import { statedPaths, WHOLE, withCaches } from "./paths";

/** One kind of change, step by step from one on. */
interface Steps {
  readonly text: (steps: number) => string;
  readonly path: (steps: number) => DataPath;
  readonly most: number;
}

const PORTS = ["1Gb/s", "10Gb/s", "25Gb/s", "40Gb/s", "50Gb/s", "100Gb/s", "200Gb/s", "400Gb/s", "800Gb/s"];
/** Steps that are looked at one by one. */
const LOOKED_AT = 40;

const counted = (thing: string, path: (more: bigint) => DataPath, most = LOOKED_AT): Steps => ({
  text: (steps) => `${steps} more ${thing.replace("(s)", steps === 1 ? "" : "s")}`,
  path: (steps) => path(BigInt(steps)),
  most,
});
const ports = (present: Ratio | "inside" | undefined, text: (rate: string) => string, path: (rate: Ratio) => DataPath): Steps => {
  const faster = PORTS.filter((port) => present !== undefined && present !== "inside" && compare(bitRate(port), present) > 0);
  const at = (steps: number) => faster[steps - 1] ?? assert.fail();
  return { text: (steps) => text(at(steps)), path: (steps) => path(bitRate(at(steps))), most: faster.length };
};

/** Every change that may be made, told once more without the search. */
function everyKind(path: DataPath): readonly Steps[] {
  const { analysis, doors, cache, workers } = path;
  const groups = cache.kind === "own" ? cache.groups : [];
  const inGroup = (pool: string, change: Parameters<typeof withCaches>[1]) =>
    withCaches(path, (each) => (each.pool === pool ? change(each) : {}));
  const hits = Math.floor((100 * Number(analysis.hits?.over ?? 0n)) / Number(analysis.hits?.under ?? 1n));
  return [
    ...groups.flatMap(({ pool, nic }) => [
      counted(`disk(s) on each host of ${pool}`, (more) => inGroup(pool, ({ disks }) => ({ disks: disks + more }))),
      counted(`cache host(s) like those of ${pool}`, (more) => inGroup(pool, ({ hosts }) => ({ hosts: hosts + more }))),
      ports(
        nic,
        (rate) => `NICs of ${rate} in the hosts of ${pool}`,
        (rate) => inGroup(pool, () => ({ nic: rate })),
      ),
    ]),
    ...(doors
      ? [
          counted("door(s)", (more) => ({ ...path, doors: { ...doors, count: doors.count + more } })),
          ports(
            doors.link,
            (rate) => `a link of ${rate} to the doors`,
            (link) => ({ ...path, doors: { ...doors, link } }),
          ),
        ]
      : []),
    ...(cache.kind === "own" && analysis.hits
      ? [
          {
            text: (steps: number) => `a share of hits of ${hits + steps} % in place of ${hits} %`,
            path: (steps: number) => ({ ...path, analysis: { ...analysis, hits: { over: BigInt(hits + steps), under: 100n } } }),
            most: 100 - hits,
          },
        ]
      : []),
    ports(
      workers.link,
      (rate) => `a link of ${rate} to the workers`,
      (link) => ({ ...path, workers: { ...workers, link } }),
    ),
    ...workers.groups.map(({ name, nic }) =>
      ports(
        nic,
        (rate) => `NICs of ${rate} in the hosts of ${name}`,
        (rate) => ({
          ...path,
          workers: { ...workers, groups: workers.groups.map((each) => (each.name === name ? { ...each, nic: rate } : each)) },
        }),
      ),
    ),
    ...(analysis.target
      ? [
          counted(
            "core(s)",
            (more) => ({ ...path, analysis: { ...analysis, cores: analysis.cores + more } }),
            Math.min(LOOKED_AT, Number(workers.cores - analysis.cores)),
          ),
        ]
      : []),
  ];
}

/** True if a change is worth advice: it reaches what was asked for, or raises the rate to where something else limits. */
function helps(path: DataPath, changed: DataPath): boolean {
  const [before, after] = [rateAnswer(path), rateAnswer(changed)];
  const [had, has] = [before.rate ?? assert.fail(), after.rate ?? assert.fail()];
  if (compare(has, had) <= 0) return false;
  return (before.asked && compare(has, before.asked) >= 0) === true || !after.limits.some((name) => before.limits.includes(name));
}

const growths = (path: DataPath) => rateChanges(path).map(({ growth }) => Number(growth.over) / Number(growth.under));
const texts = (path: DataPath) => rateChanges(path).map(({ text }) => text);

describe("changes that lift a limit", () => {
  it("are of each kind the fewest steps that do, of all kinds that can", () => {
    let looked = 0;
    const property = fc.property(statedPaths, (path) => {
      const advised = rateChanges(path);
      const said = advised.map(({ text }) => text);
      if (rateAnswer(path).verdict === "enough") return assert.deepEqual(said, []);
      const kinds = everyKind(path).map(({ text, path: changed, most }) => {
        const steps = Array.from({ length: Math.max(0, most) }, (_, index) => index + 1);
        const fewest = steps.find((each) => helps(path, changed(each)));
        return { texts: steps.map(text), expected: fewest === undefined ? undefined : text(fewest) };
      });
      looked += kinds.filter(({ expected }) => expected !== undefined).length;
      for (const kind of kinds)
        assert.deepEqual(
          said.filter((each) => kind.texts.includes(each)),
          kind.expected === undefined ? [] : [kind.expected],
        );
      // What is more than the steps that were looked at is a count alone.
      for (const each of said) if (!kinds.some(({ texts: all }) => all.includes(each))) assert.match(each, /^\d{2,} more /);
    });
    fc.assert(property, { numRuns: 300 });
    assert.ok(looked > 100, `only ${looked} changes were looked at`);
  });

  it("come in the order in which they make their thing grow", () => {
    const property = fc.property(statedPaths, (path) => {
      const all = growths(path);
      assert.deepEqual(
        all,
        [...all].sort((a, b) => a - b),
      );
      assert.ok(all.every((growth) => growth > 1));
    });
    fc.assert(property);
  });
});

describe("a change of", () => {
  const asking = (target: string): DataPath => ({ ...WHOLE, analysis: { ...WHOLE.analysis, target: bitRate(target) } });

  it("doors is told where doors limit, beside the share of hits, and grows by what there is", () => {
    const disks = withCaches(WHOLE, () => ({ disks: 99n }));
    const few: DataPath = {
      ...disks,
      analysis: { ...WHOLE.analysis, hits: decimal(0.5) },
      doors: { count: 5n, rate: bitRate("10Gb/s"), link: bitRate("1Tb/s") },
    };
    assert.deepEqual(texts(few), ["5 more doors", "a share of hits of 75 % in place of 50 %"]);
    assert.deepEqual(growths(few), [2, 2]);
    const none = { ...few, doors: { count: 0n, rate: bitRate("100Gb/s"), link: bitRate("1Tb/s") } };
    assert.deepEqual(texts(none), ["1 more door", "a share of hits of 100 % in place of 50 %"]);
    assert.deepEqual(growths(none), [1, 100]);
  });

  it("links takes the next port that is enough, where a link is there at all", () => {
    const linked = (link: string): DataPath => ({ ...WHOLE, workers: { ...WHOLE.workers, link: bitRate(link) } });
    assert.deepEqual(texts(linked("25Gb/s")), ["a link of 200Gb/s to the workers"]);
    assert.deepEqual(growths(linked("25Gb/s")), [8]);
    assert.deepEqual(texts(linked("150Gb/s")), ["a link of 200Gb/s to the workers"]);
    assert.deepEqual(texts(linked("0b/s")), []);
    const fast: DataPath = { ...linked("800Gb/s"), analysis: { ...WHOLE.analysis, target: bitRate("1Tb/s") } };
    assert.deepEqual(
      texts(
        withCaches({ ...fast, analysis: { ...fast.analysis, perCore: bitRate("1Gb/s") } }, () => ({ nic: bitRate("800Gb/s"), disks: 99n })),
      ).filter((text) => text.includes("to the workers")),
      [],
    );
    const doors: DataPath = {
      ...WHOLE,
      analysis: { ...WHOLE.analysis, hits: decimal(0) },
      doors: { count: 99n, rate: bitRate("10Gb/s"), link: bitRate("10Gb/s") },
    };
    assert.deepEqual(texts(doors), ["a link of 100Gb/s to the doors", "a share of hits of 95 % in place of 0 %"]);
  });

  it("a link is to no slower port, and to none where nobody has stated the link", () => {
    // Ports of the caches limit to 900 Gb/s: a link of 800 Gb/s in place of the present one would limit as well, and lift nothing.
    const wide: DataPath = {
      ...withCaches(WHOLE, () => ({ nic: bitRate("112.5Gb/s"), disks: 99n })),
      analysis: { ...WHOLE.analysis, perCore: bitRate("1Gb/s"), target: bitRate("1Tb/s") },
      doors: { count: 99n, rate: bitRate("10Gb/s"), link: bitRate("1Tb/s") },
      workers: {
        ...WHOLE.workers,
        link: bitRate("1Tb/s"),
        groups: WHOLE.workers.groups.map((group) => ({ ...group, nic: bitRate("800Gb/s") })),
      },
    };
    assert.deepEqual(texts(wide), ["1 more cache host like those of nvme", "NICs of 200Gb/s in the hosts of nvme"]);
    assert.deepEqual(texts({ ...wide, workers: { ...wide.workers, link: undefined } }), texts(wide));
  });

  it("the NICs of workers is told where they limit", () => {
    const slow: DataPath = {
      ...WHOLE,
      workers: { ...WHOLE.workers, groups: WHOLE.workers.groups.map((group) => ({ ...group, nic: bitRate("1Gb/s") })) },
    };
    assert.deepEqual(texts(slow), ["NICs of 10Gb/s in the hosts of pool"]);
  });

  it("cores is told where there are more and a rate is wanted that does not grow with them", () => {
    const cores = (used: bigint, there: bigint, target: string): DataPath => ({
      ...asking(target),
      analysis: { ...asking(target).analysis, cores: used },
      workers: { ...WHOLE.workers, cores: there, groups: WHOLE.workers.groups.map((group) => ({ ...group, all: there })) },
    });
    assert.deepEqual(texts(cores(1000n, 2000n, "150Gb/s")), ["500 more cores"]);
    assert.deepEqual(growths(cores(1000n, 2000n, "150Gb/s")), [1.5]);
    assert.deepEqual(texts(cores(1499n, 2000n, "150Gb/s")), ["1 more core"]);
    assert.deepEqual(texts(cores(1000n, 1500n, "150Gb/s")), ["500 more cores"]);
    assert.deepEqual(texts(cores(1000n, 1499n, "150Gb/s")), []);
    assert.deepEqual(texts(cores(3000n, 1000n, "150Gb/s")), []);
    const { target: _, ...rest } = cores(1000n, 2000n, "150Gb/s").analysis;
    assert.deepEqual(texts({ ...cores(1000n, 2000n, "150Gb/s"), analysis: { ...rest, target: undefined } }), []);
  });

  it("the share of hits is told of the facility's own cache alone, in hundredths that are whole, up to all", () => {
    const cold = (hits: Ratio | undefined): DataPath => ({
      ...WHOLE,
      analysis: { ...WHOLE.analysis, hits },
      doors: { count: 1n, rate: bitRate("1Gb/s"), link: bitRate("1Tb/s") },
    });
    assert.deepEqual(texts(cold(decimal(0.9))), ["a share of hits of 100 % in place of 90 %", "19 more doors"].reverse());
    assert.deepEqual(growths(cold(decimal(0.9))), [20, 100]);
    assert.deepEqual(
      texts(cold(decimal(0.908))).filter((text) => text.includes("hits")),
      ["a share of hits of 100 % in place of 90 %"],
    );
    assert.deepEqual(texts(cold(undefined)), []);
    const external: DataPath = { ...cold(decimal(0.9)), cache: { kind: "external", rate: bitRate("1Tb/s") } };
    assert.deepEqual(texts(external), ["19 more doors"]);
  });

  it("nothing is told where all is enough, or where what is stated does not show a limit", () => {
    assert.deepEqual(texts(asking("200Gb/s")), []);
    assert.deepEqual(texts(withCaches(asking("200Gb/s"), () => ({ read: undefined }))), []);
    const unknown: DataPath = { ...WHOLE, analysis: { ...WHOLE.analysis, perCore: undefined } };
    assert.ok(texts(unknown).length > 0, "nobody has said what is wanted, and something limits");
    const nothing: DataPath = {
      analysis: { ...WHOLE.analysis, perCore: undefined, hits: undefined },
      doors: undefined,
      cache: { kind: "own", groups: [{ pool: "p", hosts: 1n, disks: 1n, nic: undefined, read: undefined, write: undefined }] },
      workers: { cores: 1n, link: undefined, groups: [{ name: "w", all: 1n, cores: 1n, nic: undefined }] },
      schedulers: undefined,
    };
    assert.deepEqual([rateAnswer(nothing).rate, texts(nothing)], [undefined, []]);
  });

  it("a thing that would have to grow beyond a million is not told", () => {
    const slow = (read: Ratio): DataPath => withCaches(WHOLE, () => ({ disks: 1n, read, write: bitRate("1GB/s") }));
    // Eight hosts: each needs 25 Gb/s of its disks, and of each 100 bits 10 are written.
    const [enough] = rateChanges(slow(bitRate("25kb/s"))).filter(({ text }) => text.includes("disk"));
    assert.match(enough?.text ?? "", /^10\d{5} more disks/);
    assert.deepEqual(
      rateChanges(slow(bitRate("20kb/s"))).filter(({ text }) => text.includes("disk")),
      [],
    );
  });
});
