import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { quotas } from "#af/policies/quotas/rules";
import { projectFolder } from "#af/stacks/site/project";
import { CASES } from "./cases";

// Also when this file runs alone.
const load = createRequire(__filename);
for (const rule of quotas) load(`./${rule.name}.test.ts`);

describe("every rule of the quotas pack", () => {
  for (const rule of quotas) {
    it(`${rule.name} has a refusing case, values that are not known, and a boundary if it counts`, () => {
      const cases = CASES.find((each) => each.rule === rule);
      assert.ok(cases, "no cases");
      assert.ok(cases.refused.length > 0, "no refusing case");
      // What the site file alone decides is read before anything is judged.
      const siteDecides = cases.refused.every(({ of }) => of === "site");
      assert.ok(cases.unknown.length > 0 || siteDecides, "no value that is not known");
      const source = fs.readFileSync(path.join(projectFolder(), "policies", "quotas", `${rule.name}.ts`), "utf8");
      if (source.includes(".compared(")) assert.ok(cases.boundary, "it compares and has no boundary");
    });
  }
});
