import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runStep, scriptsOf } from "./steps";

/** Results of the jobs before it: plan, sites, preview, whether the branch is of this repository; and whether all was judged. */
const RESULTS: readonly (readonly [title: string, plan: string, sites: string, preview: string, own: string, passes: boolean])[] = [
  ["each site that is reached has a preview", "success", '["unl"]', "success", "true", true],
  ["no site is reached", "success", "[]", "skipped", "true", true],
  ["a fork has plans alone", "success", '["unl"]', "skipped", "false", true],
  ["the plan fails", "failure", '["unl"]', "success", "true", false],
  ["the plan is skipped", "skipped", "", "skipped", "true", false],
  ["the plan is cancelled", "cancelled", "", "skipped", "true", false],
  ["a preview fails", "success", '["unl"]', "failure", "true", false],
  ["the preview of a site that is reached is skipped", "success", '["unl"]', "skipped", "true", false],
  ["nobody says which sites are reached", "success", "", "skipped", "true", false],
];

describe("The check that a pull request was judged", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-judged-"));
  const [step] = scriptsOf("preview", "judged");
  before(() => fs.mkdirSync(path.join(folder, "work")));
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [title, PLAN, SITES, PREVIEW, OWN, passes] of RESULTS)
    it(`${passes ? "passes" : "fails"} where ${title}`, () => {
      assert.ok(step);
      const { code, log } = runStep(step, path.join(folder, "work"), { PLAN, SITES, PREVIEW, OWN });
      assert.equal(code, passes ? 0 : 1, log);
      assert.equal(log.includes("::error::"), !passes);
    });
});
