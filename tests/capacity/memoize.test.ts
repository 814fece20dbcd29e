import assert from "node:assert/strict";
import { memoize, memoizeText } from "#af/capacity/memoize";

/** Work that notes what it was asked. */
function noting<Key>(answer: (key: Key) => string | undefined): { readonly asked: Key[]; readonly work: (key: Key) => string | undefined } {
  const asked: Key[] = [];
  return {
    asked,
    work: (key) => {
      asked.push(key);
      return answer(key);
    },
  };
}

describe("kept answers", () => {
  it("are worked out once for each object, and an object that is only equal is another one", () => {
    const { asked, work } = noting((key: { readonly name: string }) => `answer of ${key.name}`);
    const kept = memoize(work);
    const [one, other] = [{ name: "a" }, { name: "a" }];
    assert.deepEqual([kept(one), kept(one), kept(other), kept(one)], Array(4).fill("answer of a"));
    assert.equal(asked.length, 2);
    assert.equal(asked[0], one);
    assert.equal(asked[1], other);
  });

  it("are worked out once for each text", () => {
    const { asked, work } = noting((key: string) => `answer of ${key}`);
    const kept = memoizeText(work);
    assert.deepEqual([kept("a"), kept("b"), kept("a")], ["answer of a", "answer of b", "answer of a"]);
    assert.deepEqual(asked, ["a", "b"]);
  });

  it("are kept where there is none, too", () => {
    const { asked, work } = noting((_: string) => undefined);
    const kept = memoizeText(work);
    assert.deepEqual([kept("a"), kept("a")], [undefined, undefined]);
    assert.deepEqual(asked, ["a"]);
  });
});
