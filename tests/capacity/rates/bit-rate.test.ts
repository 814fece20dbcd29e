import assert from "node:assert/strict";
import fc from "fast-check";
import { bitRate, bitRateProblem, byteRateText, isBitRate, rateText } from "#af/capacity/rates/bit-rate";
import { compare, decimal, whole } from "#af/capacity/rates/ratio";

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

  it("are written with three digits, and never kinder than they are", () => {
    const rate = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.bigInt({ min: 1n, max: 1000n }));
    const property = fc.property(rate, ([over, under]) => {
      const exact = { over, under };
      for (const text of [rateText, byteRateText]) {
        const [down, up] = [text(exact), text(exact, "up")];
        assert.ok(isBitRate(down) && isBitRate(up), `${down} ${up}`);
        assert.ok(compare(bitRate(down), exact) <= 0, down);
        assert.ok(compare(bitRate(up), exact) >= 0, up);
        if (over >= 8n * under)
          assert.ok(
            Number(over) / Number(under) - Number(bitRate(down).over) / Number(bitRate(down).under) <= Number(over) / Number(under) / 100,
          );
      }
    });
    fc.assert(property, { seed: 20_250_317, numRuns: 500 });
    assert.deepEqual(
      [rateText(whole(1_411_764_705n)), rateText(whole(1_411_764_705n), "up"), rateText(whole(200n * 10n ** 9n)), rateText(whole(0n))],
      ["1.41Gb/s", "1.42Gb/s", "200Gb/s", "0b/s"],
    );
    assert.equal(byteRateText(whole(100_000_000n)), "12.5MB/s");
  });

  it("take shares as they are written", () => {
    assert.deepEqual(decimal(0.9), { over: 9n, under: 10n });
    assert.throws(() => decimal("-1"), RangeError);
  });
});
