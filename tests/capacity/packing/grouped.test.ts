import assert from "node:assert/strict";
import { grouped, numbered } from "#af/capacity/packing/grouped";

describe("groups", () => {
  it("hold items by key, both in the order in which they come first", () => {
    assert.deepEqual(
      [...grouped(["bb", "a", "cc", "d", ""], ({ length }) => length)],
      [
        [2, ["bb", "cc"]],
        [1, ["a", "d"]],
        [0, [""]],
      ],
    );
    assert.deepEqual([...grouped([], String)], []);
  });

  it("are numbered from 0 as their text comes first", () => {
    assert.deepEqual(numbered(["b", "a", "b", "c", "a"]), [0, 1, 0, 2, 1]);
  });
});
