import assert from "node:assert/strict";
import fc from "fast-check";
import { Undetermined } from "#af/policies/model/field";
import { replaced, TRAP } from "#af/policies/model/unknown-values";

describe("an unknown value in the description of a chart", () => {
  it("may be passed on, and whoever looks into it is told that it decides", () => {
    const trap = TRAP as Readonly<Record<string, unknown>>;
    const looks: readonly (() => unknown)[] = [
      () => trap["a"],
      () => "a" in trap,
      () => Object.keys(trap),
      () => ({ ...trap }),
      () => JSON.stringify(trap),
    ];
    for (const look of looks)
      assert.throws(
        look,
        (error) => error instanceof Undetermined && error.message === "a value that decides about workloads is not known before up runs",
        look.toString(),
      );
    assert.equal([trap][0], trap);
  });

  it("takes the place of a mark wherever it is, and gives it back", () => {
    const MARK = "mark";
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>(MARK, 1, "a", null, undefined, true),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b"), tie("value"), { noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(value, (before) => {
        const trapped = replaced(before, MARK, TRAP);
        assert.deepEqual({ in: replaced(trapped, TRAP, MARK) }, { in: before });
        assert.deepEqual({ in: replaced(before, MARK, MARK) }, { in: before });
      }),
    );
    assert.deepEqual(replaced({ a: [MARK, { b: MARK }], c: 1 }, MARK, 2), { a: [2, { b: 2 }], c: 1 });
    const to = { a: MARK };
    assert.equal((replaced([MARK, to], MARK, to) as readonly unknown[])[1], to, "what takes the place is not looked into");
    assert.equal(replaced(TRAP, MARK, 1), TRAP);
  });
});
