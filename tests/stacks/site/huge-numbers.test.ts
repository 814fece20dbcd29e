import assert from "node:assert/strict";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { amountPatterns, amounts, EXTREMES, takenWith, type Amount } from "../../support/huge-values";
import { withLeaf } from "../../support/leaves";
import { spelt } from "../../support/site-config";
import { problemsOf } from "../../support/site-problems";

/** How a message says what is allowed, or what to do. */
const MENDS = /\ballowed\b|\blower\b|\bremove\b|\bgive\b|\badd\b|\bset\b|\braise\b|\bcorrect\b/;

describe("amounts far outside of what any site has", function () {
  this.timeout(240_000);
  let all: readonly Amount[];

  before(async () => {
    all = await amounts();
  });

  it("are tried at every key that holds one", () => {
    const tried = new Set(all.map(({ leaf }) => leaf.pattern));
    assert.deepEqual(
      amountPatterns().filter((pattern) => !tried.has(pattern)),
      [],
    );
  });

  it("are refused at their own path with what was found and what is allowed, or taken", () => {
    for (const { subject, leaf, config } of all)
      for (const value of EXTREMES) {
        const at = `${subject}: ${spelt(leaf.path)}: ${String(value).slice(0, 40)}`;
        for (const { message } of problemsOf(withLeaf(config, leaf, value))) {
          assert.match(message, MENDS, at);
          assert.doesNotMatch(message, /Too (big|small)|expected|undefined|NaN|Infinity|[0-9]{60}/, at);
        }
      }
  });

  it("never stop the program where they are taken, all together", async () => {
    for (const subject of new Set(all.map((amount) => amount.subject)))
      for (const end of ["first", "last"] as const) {
        const own = all.filter((amount) => amount.subject === subject);
        const config = own.reduce(
          (tree, { leaf, ...amount }) => {
            const [taken] = takenWith({ ...amount, leaf, config: tree }, end);
            return taken?.changed ?? tree;
          },
          own[0]?.config ?? assert.fail(subject),
        );
        await assert.doesNotReject(recordProgram(parseSite(config, "a test")), `${subject}, ${end}`);
      }
  });
});
