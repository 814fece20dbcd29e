import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { quotas } from "#af/policies/quotas/rules";
import { projectFolder } from "#af/stacks/site/project";
import { CASES } from "./cases";

// Loads the cases of all rules, so that this file can run alone.
const load = createRequire(__filename);
for (const rule of quotas) load(`./${rule.name}.test.ts`);

describe("every rule of the quotas pack", () => {
  for (const rule of quotas) {
    it(`${rule.name} has a refusing case, values that are not known, and a boundary if it counts`, () => {
      const cases = CASES.find((each) => each.rule === rule);
      assert.ok(cases, "no cases");
      assert.ok(cases.refused.length > 0, "no refusing case");
      // A site file with unknown values is refused before any rule runs, so a rule that it alone decides needs no such case.
      const siteDecides = cases.refused.every(({ of }) => of === "site");
      assert.ok(cases.unknown.length > 0 || siteDecides, "no value that is not known");
      const source = fs.readFileSync(path.join(projectFolder(), "policies", "quotas", `${rule.name}.ts`), "utf8");
      if (source.includes(".compared(")) assert.ok(cases.boundary, "it compares and has no boundary");
    });
  }
});
