import assert from "node:assert/strict";
import fc from "fast-check";
import { bitRate, bitRateProblem, isBitRate, rateText } from "#af/capacity/rates/bit-rate";
import { compare, decimal, plus, times, whole } from "#af/capacity/rates/ratio";

describe("rates", () => {
  it("are bits where they say b, and eight times as many where they say B", () => {
    const cases: Readonly<Record<string, bigint>> = {
      "1b/s": 1n,
      "1B/s": 8n,
      "25Gb/s": 25_000_000_000n,
      "25GB/s": 200_000_000_000n,
      "12.5MB/s": 100_000_000n,
      "100Mb/s": 100_000_000n,
      "1kb/s": 1000n,
      "900MiB/s": 900n * 8n * 2n ** 20n,
      "0.5Tb/s": 500_000_000_000n,
    };
    for (const [text, bits] of Object.entries(cases)) {
      assert.ok(isBitRate(text), text);
      assert.equal(compare(bitRate(text), whole(bits)), 0, text);
    }
  });

  it("are refused where bits may be taken for bytes, with both named", () => {
    for (const text of ["25G", "25Gbps", "25GBps", "25Gb", "25gb/s", "25GB", "25G/s", "25Gi/s", "25Gib/s", "25 Gb/s", "25Gbit/s"]) {
      assert.equal(isBitRate(text), false, text);
      assert.match(bitRateProblem(text), /^allowed: 25Gb\/s \(bits a second.*\) or 25GB\/s \(bytes a second.*8 times as much\)$/, text);
      assert.throws(() => bitRate(text), { name: "RangeError", message: new RegExp(`^found "${text}"; allowed: 25Gb/s .* or 25GB/s `) });
    }
    assert.match(bitRateProblem("200mb/s"), /200Mb\/s .* or 200MB\/s/);
    for (const text of ["", "fast", "-1Gb/s", "1e3b/s", "1/s", "constructor/s", "1toString/s"]) assert.equal(isBitRate(text), false, text);
    assert.match(bitRateProblem("fast"), /25Gb\/s .* or 25GB\/s/);
  });

  it("are suggested with the number and the prefix that somebody wrote", () => {
    const amount = fc.constantFrom("7", "12.25", "0.5");
    const [space, prefix, rest] = [fc.constantFrom("", " ", "  "), fc.constantFrom("k", "m", "g", "t"), fc.constantFrom("", "bps", " bit")];
    const property = fc.property(space, amount, space, prefix, fc.boolean(), rest, (before, number, between, letter, large, after) => {
      const written = `${before}${number}${between}${large ? letter.toUpperCase() : letter}${after}`;
      const [bits, bytes] = bitRateProblem(written).match(/[\d.]+[kMGT]?[bB]\/s/g) ?? [];
      const scale = letter === "k" ? "k" : letter.toUpperCase();
      assert.deepEqual([bits, bytes], [`${number}${scale}b/s`, `${number}${scale}B/s`], written);
    });
    fc.assert(property);
    for (const [text, first] of [
      ["7", "7Gb/s"],
      ["12.5.5G", "12.5Gb/s"],
      ["a lot of 5M", "25Gb/s"],
      // As long as a rate may be, and longer.
      ["123456789012M", "123456789012Mb/s"],
      ["1234567890123M", "25Mb/s"],
      ["0.0G", "25Gb/s"],
      ["", "25Gb/s"],
    ] as const)
      assert.match(bitRateProblem(text), new RegExp(`^allowed: ${first.replace(".", "\\.")} \\(bits`), text);
  });

  it("are read with all of their decimals, and with nothing before or behind them", () => {
    assert.equal(compare(bitRate("12.345kb/s"), whole(12_345n)), 0);
    for (const text of ["x25Gb/s", " 25Gb/s", "25Gb/s ", "25Gb/sec", "25.Gb/s", ".5Gb/s", "25..5Gb/s", "25b"])
      assert.equal(isBitRate(text), false, text);
  });

  const rate = fc.record({ over: fc.bigInt({ min: 0n, max: 10n ** 17n }), under: fc.bigInt({ min: 1n, max: 1000n }) });
  const few = fc
    .tuple(fc.bigInt({ min: 0n, max: 1100n }), fc.integer({ min: 0, max: 14 }))
    .map(([digits, zeros]) => whole(digits * 10n ** BigInt(zeros)));

  it("are written with three digits, and never kinder than they are", () => {
    const property = fc.property(fc.oneof(rate, few), (exact) => {
      const [down, up] = [rateText(exact), rateText(exact, "up")];
      assert.equal(rateText(exact, "down"), down);
      assert.ok(compare(bitRate(down), exact) <= 0 && compare(bitRate(up), exact) >= 0, `${down} ${up}`);
      // What is written stands for itself.
      for (const text of [down, up]) if (!text.startsWith("1000")) assert.equal(rateText(bitRate(text)), text);
      // No zero is written that says nothing, and a larger unit is taken as soon as there is one of it.
      assert.match(down, /^(0|[1-9]\d*)(\.\d*[1-9])?[kMGT]?b\/s$/);
      const [digits = "", unit = ""] = down.split(/(?<=\d)(?=[a-zA-Z])/);
      if (unit !== "Tb/s") assert.ok(digits.replace(".", "").replace(/^0/, "").length <= 3 && Number(digits) < 1000, down);
      assert.ok(unit === "b/s" || Number(digits) >= 1, down);
      // Both are at most one of the last digit apart.
      const step = 10 ** Math.min(0, String(Math.floor(Number(digits))).length - 3);
      const gap = { over: BigInt(Math.round(step * 100)), under: 100n };
      assert.ok(compare(bitRate(up), plus(bitRate(down), times(gap, bitRate(`1${unit}`)))) <= 0, `${down} ${up}`);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("are written in the largest unit that leaves at least one", () => {
    for (const [index, prefix] of ["", "k", "M", "G", "T"].entries()) {
      const one = 1000n ** BigInt(index);
      const below = ["", "", "k", "M", "G"][index] ?? assert.fail();
      assert.deepEqual([rateText(whole(one)), rateText(whole(999n * one))], [`1${prefix}b/s`, `999${prefix}b/s`]);
      if (index > 0) assert.equal(rateText(whole(one - 1n)), `999${below}b/s`);
    }
    assert.deepEqual(
      [
        rateText(whole(1000n ** 5n)),
        rateText({ over: 1n, under: 300n }),
        rateText({ over: 1n, under: 300n }, "up"),
        rateText(whole(0n), "up"),
      ],
      ["1000Tb/s", "0b/s", "0.01b/s", "0b/s"],
    );
    assert.deepEqual(
      [rateText(whole(1_411_764_705n)), rateText(whole(1_411_764_705n), "up"), rateText(whole(200n * 10n ** 9n)), rateText(whole(0n))],
      ["1.41Gb/s", "1.42Gb/s", "200Gb/s", "0b/s"],
    );
    assert.deepEqual(
      [rateText(whole(1050n)), rateText(whole(10_060n)), rateText(whole(100_600n), "up")],
      ["1.05kb/s", "10kb/s", "101kb/s"],
    );
  });

  it("take shares as they are written", () => {
    assert.deepEqual(decimal(0.9), { over: 9n, under: 10n });
    assert.throws(() => decimal("-1"), RangeError);
  });
});
