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

  it("come with the tests and hooks that took more than half of the time they may take", function () {
    this.timeout(60_000);
    const suite = path.join(folder, "slow.test.ts");
    fs.writeFileSync(
      suite,
      `const after = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms));
      describe("a suite", function () {
        this.timeout(1000);
        before(after(600));
        it("is close", after(600));
        it("is quick", after(300));
        it("has all the time", after(600)).timeout(0);
      });`,
    );
    const mocha = path.join(projectFolder(), "node_modules", ".bin", "mocha");
    const reporter = path.join(projectFolder(), "tests", "runner", "reporter.cjs");
    const { status, stdout } = spawnSync(mocha, ["--reporter", reporter, suite], { cwd: projectFolder(), encoding: "utf8" });
    assert.equal(status, 0, stdout);
    assert.deepEqual(stdout.split("close to their limit:\n")[1]?.trimEnd().split("\n"), [
      '  a suite "before all" hook for "is close": 1 of 1 s',
      "  a suite is close: 1 of 1 s",
    ]);
  });
});
