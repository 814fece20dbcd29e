import assert from "node:assert/strict";
import fc from "fast-check";
import { bar, table } from "#af/terminal/table";

describe("a table", () => {
  const word = fc.stringMatching(/^[a-z]{1,9}$/);

  it("begins every column at the same place in every line", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { minLength: 1 }), (rows) => {
        const starts = table(["A", "B"], rows).map((line) => line.lastIndexOf("  "));
        assert.equal(new Set(starts).size, 1, String(starts));
      }),
    );
  });

  it("ends the named columns at the same place", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { minLength: 1 }), (rows) => {
        const lines = table(["name", "count"], rows, ["count"]);
        assert.equal(new Set(lines.map(({ length }) => length)).size, 1);
      }),
    );
  });

  it("finds the columns of numbers where it is told to", () => {
    const rows = [
      ["hub", "9", "1.0 / 4.0", "80, 443"],
      ["rook", "12", "-", "443"],
    ];
    assert.deepEqual(table(["of", "pods", "cpu", "ports"], rows, "numbers"), [
      "of    pods        cpu  ports",
      "hub      9  1.0 / 4.0  80, 443",
      "rook    12          -  443",
    ]);
  });

  it("fills 80 columns and no more where its cells do", () => {
    const lines = table(["POOL", "HOST", "STATE"], [["p".repeat(20), "h".repeat(40), "s".repeat(16)]]);
    assert.deepEqual(
      lines.map(({ length }) => length <= 80),
      [true, true],
    );
    assert.equal(lines[1]?.length, 80);
  });

  it("is never wider than it may be, and loses no character of a cell", () => {
    const name = fc.stringMatching(/^[a-z]{1,12}(-[a-z0-9]{1,12}){0,4}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.constant("1.0 / 4.0"), name), { minLength: 1 }), (rows) => {
        const lines = table(["NAME", "CPU", "WHY"], rows, "numbers", 40);
        assert.ok(
          lines.every(({ length }) => length <= 40),
          lines.join("\n"),
        );
        const text = (from: number, to: number): string => lines.map((line) => line.slice(from, to).trim()).join("");
        const [, second = 0, third = 0] = [0, ...[..."CW"].map((letter) => lines[0]?.indexOf(letter) ?? 0)];
        const number = Math.min(second, third - "  1.0 / 4.0".length);
        assert.equal(text(0, number), `NAME${rows.map(([first]) => first).join("")}`);
        assert.equal(text(third, 99), `WHY${rows.map(([, , last]) => last).join("")}`);
      }),
    );
  });

  it("leaves a table alone that has room, and breaks the widest column where words end", () => {
    const rows = [["hub", "pending: 192.0.2.1 is in none of the pools"]];
    assert.deepEqual(table(["A", "WHY"], rows, [], 80), table(["A", "WHY"], rows));
    assert.deepEqual(table(["A", "WHY"], rows, [], 30), ["A    WHY", "hub  pending: 192.0.2.1 is in", "     none of the pools"]);
  });

  it("is its header alone without rows, has no blanks at the end of a line, and takes a missing cell for an empty one", () => {
    assert.deepEqual(table(["a", "b"], []), ["a  b"]);
    assert.deepEqual(table(["a", "b"], [["long"]]), ["a     b", "long"]);
  });
});

describe("a bar", () => {
  it("has ten boxes, whatever the numbers", () => {
    fc.assert(fc.property(fc.nat(1_000), fc.nat(1_000), (used, whole) => assert.match(bar(used, whole), /^\[[#.]{10}\] +(\d+ %|-)/)));
  });

  it("is full where more is used than there is", () => {
    assert.equal(bar(15, 10), "[##########] 150 %");
    assert.equal(bar(1, 0), "[..........]   - ");
  });
});
