import assert from "node:assert/strict";
import { parseSite } from "#af/stacks/site/parse";
import { SiteError } from "#af/stacks/site/problems";
import { INHERITED, PLAIN, renamed, wordsOf } from "../../support/renamed";
import { siteConfig, SITES } from "../../support/site-config";

/** Refusals of the settings, by path; none if they are right. */
function problemsOf(config: Record<string, unknown>): readonly string[] {
  try {
    parseSite(config, "a test");
    return [];
  } catch (error) {
    // Any other error is a defect of the program, which a person would see with its stack.
    assert.ok(error instanceof SiteError, String(error));
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("a name that every object of JavaScript answers to, in a site file", function () {
  this.timeout(120_000);
  for (const site of SITES)
    it(`${site}: is refused where things are looked up by it, and else a name as any other`, () => {
      const config = siteConfig(site);
      let refused = 0;
      for (const word of wordsOf(config)) {
        const [problems, plain] = [INHERITED, PLAIN].map((name) => problemsOf(renamed(config, word, name)));
        const reserved =
          problems?.filter((problem) => /allowed: any other name; this one means something else in JavaScript$/.test(problem)) ?? [];
        if (reserved.length > 0) refused += 1;
        else
          assert.deepEqual(
            problems?.map((problem) => problem.replaceAll(INHERITED, PLAIN)),
            plain,
            word,
          );
      }
      assert.ok(refused > 5, `${refused} refused`);
    });
});
