import assert from "node:assert/strict";
import fc from "fast-check";
import { labelIndex } from "#af/capacity/label-index";

describe("an index of labels", () => {
  it("finds what trying each would find, in the same order", () => {
    const labels = fc.dictionary(fc.constantFrom("a", "b", "a=b"), fc.constantFrom("", "1", "b=1"));
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 8 }), labels, (all, wanted) => {
        const items = all.map((each, index) => ({ labels: each, index }));
        const found = items.filter((item) => Object.entries(wanted).every(([key, value]) => item.labels[key] === value));
        assert.deepEqual(labelIndex(items)(wanted), found);
      }),
    );
  });

  it("looks through the fewest items that have one of the labels", () => {
    let looked = 0;
    const items = Array.from({ length: 100 }, (_, index) => {
      const labels: Record<string, string> = { app: "all", own: String(index) };
      return {
        index,
        get labels() {
          looked += 1;
          return labels;
        },
      };
    });
    const find = labelIndex(items);
    looked = 0;
    assert.deepEqual(
      find({ app: "all", own: "7" }).map(({ index }) => index),
      [7],
    );
    assert.equal(looked, 1);
    looked = 0;
    assert.deepEqual(find({ own: "none", app: "all" }), []);
    assert.equal(looked, 0);
  });
});
