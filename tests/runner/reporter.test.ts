import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";

describe("The counts of a suite", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-reporter-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  it("tell what could not run apart from what has nothing to compare with, in a test and in a hook, in CI too, and keep the first lines of what failed", function () {
    this.timeout(60_000);
    const [suite, counts] = [path.join(folder, "suite.test.ts"), path.join(folder, "counts.json")];
    const support = JSON.stringify(path.join(projectFolder(), "tests", "support", "skipped"));
    fs.writeFileSync(
      suite,
      `import { notChecked } from ${support};
      it("passes", () => undefined);
      it("is skipped", function () { this.skip(); });
      it("fails", () => { throw new Error(Array.from({ length: 14 }, (_, line) => line).join("\\n")); });
      it("lacks a file", function () { notChecked(this, "no file"); });
      describe("a suite", () => {
        before(function () { notChecked(this, "no folder"); });
        it("lacks a folder", () => undefined);
        describe("in a suite", () => it("lacks it too", () => undefined));
      });`,
    );
    const mocha = path.join(projectFolder(), "node_modules", ".bin", "mocha");
    const reporter = path.join(projectFolder(), "tests", "runner", "reporter.cjs");
    const env = { ...process.env, CI: "true", AF_TEST_COUNTS: counts };
    const { status, stdout } = spawnSync(mocha, ["--reporter", reporter, suite], { cwd: projectFolder(), env, encoding: "utf8" });
    assert.equal(status, 1, stdout);
    assert.deepEqual(JSON.parse(fs.readFileSync(counts, "utf8")), {
      passed: 1,
      failed: 1,
      skipped: ["is skipped"],
      notChecked: [
        { title: "lacks a file", missing: "no file" },
        { title: "a suite lacks a folder", missing: "no folder" },
        { title: "a suite in a suite lacks it too", missing: "no folder" },
      ],
      broken: [{ title: "fails", message: "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n... 2 lines more" }],
    });
  });
});
