import assert from "node:assert/strict";
import fc from "fast-check";
import { broken, counted, styled, wrapped } from "#af/terminal/text";

describe("text for people", () => {
  it("has a thing in the singular or plural", () => {
    assert.deepEqual([counted(1, "pod"), counted(0, "pod"), counted(2, "class")], ["1 pod", "0 pods", "2 classes"]);
  });

  it("has no colour where there is no terminal", () => {
    assert.equal(styled("red", "wrong"), process.stdout.isTTY && !process.env["NO_COLOR"] ? "\u001b[31mwrong\u001b[39m" : "wrong");
  });

  it("is broken into lines without losing a word", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
        const lines = wrapped(words.join(" "), 20, "");
        assert.deepEqual(
          lines.flatMap((line) => line.split(" ")),
          words,
        );
        assert.ok(lines.every((line) => line.length <= 20));
      }),
    );
  });

  it("begins every line but the first with the indent, and keeps a word that is longer than a line", () => {
    assert.deepEqual(wrapped("one three incomprehensible", 9, "  "), ["one three", "  incomprehensible"]);
  });

  it("is broken inside words where it must fit, after a hyphen or a dot if there is one", () => {
    assert.deepEqual(broken("red-kube-c0724.unl.edu", 10), ["red-kube-", "c0724.unl.", "edu"]);
    assert.deepEqual(broken("two words here", 9), ["two words", "here"]);
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = broken(text, width);
        assert.ok(lines.every(({ length }) => length <= width));
        assert.equal(lines.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
      }),
    );
  });
});
