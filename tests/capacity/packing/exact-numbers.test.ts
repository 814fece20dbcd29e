import assert from "node:assert/strict";
import fc from "fast-check";
import { AmountsTooLarge, scaledDown, sum, wholeTimes, type NamedAmount } from "#af/capacity/packing/exact-numbers";

const named = (...amounts: readonly bigint[]): readonly NamedAmount[] =>
  amounts.map((amount, index) => ({ amount, whose: () => `number ${index} has` }));
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

describe("exact numbers", () => {
  it("are whole multiples of the greatest unit that divides all", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }), { maxLength: 6 }),
        fc.bigInt({ min: 1n, max: 1000n }),
        (few, by) => {
          const amounts = few.map((amount) => amount * by);
          const { unit, amounts: scaled } = scaledDown("memory", named(...amounts));
          assert.deepEqual(
            scaled.map((each) => BigInt(each) * unit),
            amounts,
          );
          assert.ok(unit > 0n && (amounts.every((amount) => amount === 0n) ? unit === 1n : unit % by === 0n));
        },
      ),
    );
    assert.equal(scaledDown("memory", named(12n, -18n, 0n)).unit, 6n);
    assert.equal(scaledDown("memory", []).unit, 1n);
  });

  it("are refused once their sum is none, with the largest of them", () => {
    const odd = MOST - 4n;
    assert.equal(scaledDown("memory", named(1n, odd, -3n)).unit, 1n);
    const refusal = (resource: string, ...amounts: readonly bigint[]) => {
      try {
        scaledDown(resource, named(...amounts));
      } catch (error) {
        assert.ok(error instanceof AmountsTooLarge);
        assert.equal(
          error.message,
          `${resource} of all hosts and pods together is too much to be added exactly: ${error.largest} alone; correct that amount, or the number of pods`,
        );
        return [error.resource, error.largest];
      }
      return undefined;
    };
    assert.deepEqual(refusal("pods", 1n, odd, -4n), ["pods", `number 1 has ${odd}`]);
    assert.deepEqual(refusal("pods", 1n, -odd, 4n), ["pods", `number 1 has ${-odd}`]);
    assert.deepEqual(refusal("pods", odd, odd, 1n), ["pods", `number 0 has ${odd}`]);
    assert.deepEqual(refusal("cpu", MOST + 1n, 1n), ["cpu", `number 0 has ${(MOST + 1n) / 1000n}.992 CPU`]);
    assert.deepEqual(refusal("memory", 2n ** 60n, 1n), ["memory", "number 0 has 1Ei"]);
    assert.deepEqual(refusal("ephemeral-storage", 2n ** 60n, 1n), ["ephemeral-storage", "number 0 has 1Ei"]);
  });

  it("are divided without rounding on the way", () => {
    const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(safe, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (whole, part) =>
        assert.equal(BigInt(wholeTimes(whole, part)), BigInt(whole) / BigInt(part)),
      ),
    );
    assert.deepEqual([wholeTimes(7, 2), wholeTimes(8, 2), wholeTimes(0, 3)], [3, 4, 0]);
  });

  it("are added", () => {
    assert.equal(sum([1, 2, 3]), 6);
    assert.equal(sum(new Set<number>()), 0);
  });
});
