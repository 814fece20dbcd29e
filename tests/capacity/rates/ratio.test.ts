import assert from "node:assert/strict";
import fc from "fast-check";
import { ceiling, compare, decimal, dividedBy, floor, plus, restOf, smallest, times, whole, type Ratio } from "#af/capacity/rates/ratio";

const ratio = fc.record({ over: fc.bigInt({ min: 0n, max: 10n ** 6n }), under: fc.bigInt({ min: 1n, max: 10n ** 6n }) });
const isEqual = (a: Ratio, b: Ratio) => a.over * b.under === b.over * a.under;

describe("ratios", () => {
  it("keep the laws of arithmetic, exactly", () => {
    fc.assert(
      fc.property(ratio, ratio, (a, b) => {
        assert.ok(isEqual(plus(a, b), plus(b, a)));
        assert.ok(isEqual(plus(a, whole(0n)), a));
        assert.ok(isEqual(times(a, whole(1n)), a));
        assert.equal(compare(plus(a, b), a) > 0, b.over > 0n);
        if (b.over > 0n) assert.ok(isEqual(times(dividedBy(a, b), b), a));
        assert.equal(Math.sign(compare(a, b)), -Math.sign(compare(b, a)) || 0);
        assert.equal(compare(a, b) === 0, isEqual(a, b));
        assert.ok(compare(whole(floor(a)), a) <= 0 && compare(a, whole(floor(a) + 1n)) < 0);
        assert.ok(compare(a, whole(ceiling(a))) <= 0 && (ceiling(a) === 0n || compare(whole(ceiling(a) - 1n), a) < 0));
        assert.ok(compare(a, whole(1n)) >= 0 ? restOf(a).over === 0n : isEqual(plus(a, restOf(a)), whole(1n)));
      }),
    );
  });

  it("are read as they are written, and refused where they are no decimal number of at least 0", () => {
    assert.deepEqual(
      ["0", "007", "12.50", 0.1].map((text) => decimal(text)),
      [
        { over: 0n, under: 1n },
        { over: 7n, under: 1n },
        { over: 1250n, under: 100n },
        { over: 1n, under: 10n },
      ],
    );
    for (const text of ["", "-1", "1.", ".5", "1.5x", "x1", "1e3", " 1", "Infinity"])
      assert.throws(() => decimal(text), { name: "RangeError", message: `"${text}" is not a decimal number of at least 0` });
  });

  it("are not divided by 0", () => {
    assert.throws(() => dividedBy(whole(1n), whole(0n)), { name: "RangeError", message: "nothing can be divided by 0" });
  });

  it("have a smallest, the first of equals, where there is any", () => {
    const [half, same] = [decimal("0.5"), { over: 2n, under: 4n }];
    assert.equal(smallest([whole(1n), half, same, decimal("0.6")]), half);
    assert.equal(smallest([same, half]), same);
    assert.equal(smallest([]), undefined);
  });
});
