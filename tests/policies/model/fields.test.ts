import assert from "node:assert/strict";
import { changedAt, isFields, mapped, without } from "#af/policies/model/fields";

describe("fields by name", () => {
  it("are objects, and neither lists nor nothing", () => {
    assert.deepEqual([{}, { a: 1 }, [], null, undefined, "a", 1].map(isFields), [true, true, false, false, false, false, false]);
  });

  it("are changed one by one, and left out where nothing is left", () => {
    assert.deepEqual(
      mapped({ a: 1, b: 2, c: null }, (value, name) => (name === "b" ? undefined : value)),
      { a: 1, c: null },
    );
    assert.deepEqual(Object.keys(mapped({ a: undefined }, (value) => value)), []);
    assert.deepEqual(without({ a: 1, b: 2 }, ["b", "c"]), { a: 1 });
  });

  it("are changed at a path through lists and fields, and stay where it leads nowhere", () => {
    const value = { a: [{ b: 1 }, { b: 2 }], c: { d: "e" }, t: "text" };
    const at = (...steps: readonly (string | number)[]) => changedAt(value, steps, (before) => [before]);
    assert.deepEqual(at("a", 1, "b"), { ...value, a: [{ b: 1 }, { b: [2] }] });
    assert.deepEqual(at("a", "0", "b"), { ...value, a: [{ b: [1] }, { b: 2 }] });
    assert.deepEqual(at("c", "x"), { ...value, c: { d: "e", x: [undefined] } });
    assert.deepEqual(at(), [value]);
    assert.deepEqual([at("a", 7, "b"), at("t", "x")], [value, value]);
    assert.deepEqual(value.a[1], { b: 2 }, "what was given stays");
  });
});
