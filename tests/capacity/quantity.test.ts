import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bytes,
  canonicalQuantity,
  formatBytes,
  formatCpu,
  isQuantity,
  larger,
  millicores,
  multiplied,
  quantityOf,
  smaller,
} from "#af/capacity/quantity";

describe("quantities", () => {
  it("agree with apimachinery's rounding on known values", () => {
    const cases: readonly (readonly [text: string, millicores: bigint, bytes: bigint])[] = [
      ["0", 0n, 0n],
      ["1", 1000n, 1n],
      ["100m", 100n, 1n],
      ["1.5", 1500n, 2n],
      ["0.0001", 1n, 1n],
      ["1n", 1n, 1n],
      ["2k", 2_000_000n, 2000n],
      ["1Ki", 1_024_000n, 1024n],
      ["1.5Gi", 1_610_612_736_000n, 1_610_612_736n],
      ["1e3", 1_000_000n, 1000n],
      ["1E-3", 1n, 1n],
      ["11P", 11_000_000_000_000_000_000n, 11_000_000_000_000_000n],
      ["-1.5", -1500n, -1n],
    ];
    for (const [text, cpu, size] of cases) {
      assert.equal(millicores(text), cpu, `millicores(${text})`);
      assert.equal(bytes(text), size, `bytes(${text})`);
    }
  });

  it("are written as the API server writes them", () => {
    const written = {
      ...{
        "71680Mi": "70Gi",
        "5000m": "5",
        "0.5": "500m",
        "0Mi": "0",
        "1000M": "1G",
        "1.5Gi": "1536Mi",
        "1500Ki": "1500Ki",
        "1024": "1024",
      },
      ...{
        "1e3": "1e3",
        "1500e3": "1500e3",
        "12e-1": "1200e-3",
        "1023Ki": "1023Ki",
        "0.5Ki": "512",
        "0.3Gi": "322122547200m",
        "0.1n": "1n",
      },
      ...{ "-5Gi": "-5Gi", "1E": "1E", "2500u": "2500u", "1000000Mi": "1000000Mi" },
      // At the borders: of the amount that keeps a binary suffix, of what such a suffix can say, of the last suffixes, and of exponents.
      ...{
        "1Ki": "1Ki",
        "-1Ki": "-1Ki",
        "0.9765625Ki": "1k",
        "1.0005Ki": "1024512m",
        "1048576Ei": "1048576Ei",
        "1000E": "1000E",
        "5e0": "5",
      },
    };
    for (const [text, canonical] of Object.entries(written)) assert.equal(canonicalQuantity(text), canonical, text);
    assert.throws(() => canonicalQuantity("much"), RangeError);
  });

  it("are the same amount however they are written, and are written in one way alone", () => {
    const suffix = fc.constantFrom("n", "u", "m", "", "k", "M", "G", "Ki", "Mi", "Gi", "Ti", "e3", "e-2");
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 9n), 10n ** 9n), suffix, (number, unit) => {
        const text = `${number}${unit}`;
        const canonical = canonicalQuantity(text);
        assert.equal(millicores(canonical), millicores(text), `${text} became ${canonical}`);
        assert.equal(canonicalQuantity(canonical), canonical);
      }),
    );
  });

  it("of whole numbers are exact at any size, in every unit", () => {
    const units = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 30n), fc.constantFrom(...Object.entries(units)), (number, [unit, power]) => {
        assert.equal(bytes(`${number}${unit}`), number * 2n ** power);
      }),
    );
  });

  it("never lose a fraction: the sum of n parts of one nth, rounded up, is at least the whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), (parts) => {
        const share = (1 / parts).toFixed(9);
        assert.ok(millicores(share) * BigInt(parts) >= 999n);
      }),
    );
  });

  it("are multiplied by a factor as it is written, without a unit too much or too little", () => {
    const [many, thousandths] = [fc.bigInt(0n, 10n ** 24n), fc.integer({ min: 0, max: 5000 })];
    fc.assert(
      fc.property(many, thousandths, (amount, parts) => {
        const [exact, factor] = [amount * BigInt(parts), parts / 1000];
        assert.equal(multiplied(amount, factor, "down"), exact / 1000n);
        assert.equal(multiplied(amount, factor, "up"), exact / 1000n + (exact % 1000n === 0n ? 0n : 1n));
      }),
    );
    assert.equal(multiplied(10n ** 15n, 1.1, "up"), 11n * 10n ** 14n);
  });

  it("are written for Kubernetes as millicores, or as mebibytes that hold them", () => {
    assert.deepEqual([quantityOf("cpu", 1500n), quantityOf("memory", 0n)], ["1500m", "0Mi"]);
    const mebibyte = 2n ** 20n;
    assert.deepEqual(
      [1n, mebibyte, mebibyte + 1n].map((amount) => quantityOf("storage", amount)),
      ["1Mi", "1Mi", "2Mi"],
    );
  });

  it("of two are the larger and the smaller one", () => {
    const amount = fc.bigInt(-20n, 20n);
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        assert.deepEqual([larger(a, b), smaller(a, b)], a - b > 0n ? [a, b] : [b, a]);
      }),
    );
  });

  it("refuse what Kubernetes refuses, and say what to write", () => {
    for (const text of ["", "1 Gi", "GB", "96GB", "1.2.3", "ten", "0x10", "1kb", "∞", "1e", "--1"]) {
      assert.equal(isQuantity(text), false, text);
      assert.throws(() => bytes(text), /not a Kubernetes quantity; write a number with an optional suffix/);
    }
  });

  it("read back as they were written for people", () => {
    assert.equal(formatBytes(96n * 2n ** 30n), "96Gi");
    assert.equal(formatBytes(1536n * 2n ** 20n), "1.5Gi");
    assert.equal(formatBytes(512n), "512");
    assert.equal(formatCpu(250n), "250m");
    assert.equal(formatCpu(1500n), "1.5");
    assert.equal(formatCpu(24000n), "24");
    assert.equal(formatCpu(0n), "0");
    assert.deepEqual([formatCpu(999n), formatCpu(1000n)], ["999m", "1"]);
    // The last step before a unit and the first one of it; there is no unit after the last.
    const units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    for (const [index, unit] of units.entries()) assert.equal(formatBytes(1024n ** BigInt(index)), `1${unit}`);
    assert.deepEqual([formatBytes(1023n), formatBytes(1024n ** 7n), formatBytes(0n)], ["1023", "1024Ei", "0"]);
    fc.assert(fc.property(fc.bigInt(0n, 10n ** 7n), (value) => assert.equal(millicores(formatCpu(value)), value)));
  });
});
