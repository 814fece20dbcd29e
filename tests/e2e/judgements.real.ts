import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { namespacesOf } from "#af/stacks/namespaces";
import { siteFile } from "#af/stacks/site/project";
import { readSite } from "#af/stacks/site/read";
import { progressOf } from "#af/terminal/progress";
import { makePlan } from "#af/tools/plan/plan";
import { TestSandbox, toolsOrSkip } from "../sandbox/e2e/harness";
import { SITES } from "../support/site-config";
import { judgementsIn, judgementsOf } from "./judgements";

for (const name of SITES)
  describe(`${name} with too little of everything`, function () {
    this.timeout(300_000);
    const sandbox = new TestSandbox(name);
    before(async function () {
      await toolsOrSkip(this);
    });
    after(() => sandbox.remove());

    it("is refused by a preview with the very words of the plan", async function () {
      const file = path.join(sandbox.base, "poor.yaml");
      fs.writeFileSync(file, withTooLittle(name));
      const { verdict } = await makePlan(readSite(name, file), progressOf("plan"));
      const planned = judgementsOf(verdict.findings);
      const rules = new Set(verdict.findings.map(({ rule }) => rule));
      assert.ok(rules.size >= 5, [...rules].join(", "));
      const { code, stdout } = await sandbox.command("preview", name, "--config-file", file).finished;
      assert.notEqual(code, 0);
      assert.deepEqual(judgementsIn(stdout), [planned]);
      if (this.test) this.test.title += ` (${planned.length} findings of ${rules.size} rules)`;
    });
  });

/** The file of a site with small hosts, small quotas, many users and large volumes. */
function withTooLittle(name: string): string {
  const document = parseDocument(fs.readFileSync(siteFile(name), "utf8"));
  const site = readSite(name);
  const set = (at: readonly string[], value: unknown): void => document.setIn(["config", ...at], value);
  for (const pool of Object.keys(site.nodes))
    for (const [resource, amount] of Object.entries({ cpu: "2", memory: "4Gi", ephemeral: "2Gi" }))
      set(["af:nodes", pool, "capacity", resource], amount);
  const pins = Object.keys(namespacesOf(site)).map((role) => [role, { because: "a test", cpu: "100m", pods: 3 }]);
  set(["af:tenancy", "pins"], Object.fromEntries(pins));
  set(["af:hub", "users", "concurrent"], 20_000);
  set(["af:hub", "users", "registered"], 100_000);
  if (document.hasIn(["config", "af:monitoring", "volume"])) set(["af:monitoring", "volume"], "9000Gi");
  return document.toString();
}
