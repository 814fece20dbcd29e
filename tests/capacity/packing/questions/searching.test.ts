import assert from "node:assert/strict";
import fc from "fast-check";
import { greatest, least } from "#af/capacity/packing/questions/searching";

/** Answers as `holds` does, and refuses to be asked twice about a number or about one that is not from 0 to `limit`: each answer may take a proof. */
function askedOnce(
  limit: number,
  holds: (number: number) => boolean,
): { readonly ask: (number: number) => boolean; readonly asked: number[] } {
  const asked: number[] = [];
  const ask = (number: number) => {
    assert.ok(Number.isInteger(number) && number >= 0 && number <= limit, `${number} is asked about`);
    assert.ok(!asked.includes(number), `${number} is asked about twice`);
    asked.push(number);
    return holds(number);
  };
  return { ask, asked };
}

describe("a search for a number", () => {
  const bounds = fc.record({ limit: fc.integer({ min: 0, max: 70 }), line: fc.integer({ min: -1, max: 72 }) });

  it("finds the greatest for which something holds, in as many questions as the limit has binary digits", () => {
    fc.assert(
      fc.property(bounds, ({ limit, line }) => {
        const { ask, asked } = askedOnce(limit, (number) => number <= line);
        assert.equal(greatest(limit, ask), Math.max(0, Math.min(limit, line)));
        assert.ok(asked.length <= Math.ceil(Math.log2(limit + 1)), `${asked.length} questions for ${limit}`);
      }),
    );
  });

  it("finds the least for which something holds, and asks about the limit first", () => {
    fc.assert(
      fc.property(bounds, ({ limit, line }) => {
        const { ask, asked } = askedOnce(limit, (number) => number >= line);
        assert.equal(least(limit, ask), limit < 1 || line > limit ? undefined : Math.max(1, line));
        assert.deepEqual(asked.slice(0, 1), limit < 1 ? [] : [limit]);
      }),
    );
  });

  it("finds a small number even where larger ones are not always better", () => {
    const { ask, asked } = askedOnce(64, (number) => [3, 4, 5, 64].includes(number));
    assert.equal(least(64, ask), 3);
    assert.deepEqual(asked, [64, 1, 2, 4, 3]);
  });
});
