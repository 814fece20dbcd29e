import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { RULES } from "#af/policies/packs";
import { CATALOGUES, ENFORCEMENTS, PACKS, SEVERITIES } from "#af/policies/model/rules";
import { projectFolder } from "#af/stacks/site/project";

describe("every rule", () => {
  for (const rule of RULES) {
    it(`${rule.name} says what it is`, () => {
      assert.match(rule.name, /^[a-z]+(-[a-z]+)+$/);
      assert.match(rule.title, /^[A-Z].{20,}\.$/, "the title is a sentence");
      assert.match(rule.remedy, /^[A-Z].{20,}[^ ]$/, "the remedy is a sentence");
      assert.match(rule.why, /^[A-Z].{20,}\.$/, "the reason is a sentence");
      for (const source of rule.sources) assert.match(source, /^https:\/\/[^ ]+$/);
      assert.ok((PACKS as readonly string[]).includes(rule.pack));
      assert.ok((SEVERITIES as readonly string[]).includes(rule.severity));
      assert.ok((ENFORCEMENTS as readonly string[]).includes(rule.enforcement));
      assert.ok(rule.frameworks.length > 0);
      for (const framework of rule.frameworks) {
        assert.match(framework, /^(PSS:(baseline|restricted):[a-z-]+|[A-Za-z]+:[A-Z]*[\w.-]+)$/);
        assert.ok((CATALOGUES as readonly string[]).includes(framework.split(":")[0] ?? ""), framework);
      }
      // The engine uses this name for all policies together, in the configuration of a pack.
      assert.notEqual(rule.name, "all");
    });
  }

  it("has a name of its own", () => {
    assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length);
  });

  it("is the one of its file, in the folder of its pack, and has its cases", () => {
    for (const pack of PACKS) {
      const folder = path.join(projectFolder(), "policies", pack);
      const files = fs.readdirSync(folder).filter((file) => fs.readFileSync(path.join(folder, file), "utf8").includes('scope: "'));
      const rules = RULES.filter((rule) => rule.pack === pack).map(({ name }) => `${name}.ts`);
      assert.deepEqual(files.sort(), rules.sort());
      const folderOfTests = path.join(__dirname, "..", pack);
      const tests = fs.readdirSync(folderOfTests).map((file) => ({ file, text: fs.readFileSync(path.join(folderOfTests, file), "utf8") }));
      for (const rule of RULES.filter((each) => each.pack === pack).map(({ name }) => name))
        assert.ok(
          tests.some(({ file, text }) => file === `${rule}.test.ts` || text.includes(`describe("${rule}"`)),
          `no cases of ${rule}`,
        );
    }
  });

  it("that is critical or high is mandatory", () => {
    for (const rule of RULES.filter(({ severity }) => severity === "critical" || severity === "high"))
      assert.equal(rule.enforcement, "mandatory", rule.name);
  });
});
