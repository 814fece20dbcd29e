import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";

describe("The command that runs every suite", () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [path.join(projectFolder(), "tests", "runner", "run.mjs"), ...args], { encoding: "utf8", timeout: 20_000 });

  it("says how it is used, and runs nothing", () => {
    const { status, stdout } = run("--help");
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npm test -- \[options\][\s\S]*--fast/);
    assert.doesNotMatch(stdout, /==/);
  });

  for (const wrong of ["--fats", "tests/runner"])
    it(`refuses ${wrong}, in place of running all that it knows`, () => {
      const { status, stdout, stderr } = run(wrong);
      assert.equal(status, 1);
      assert.match(stderr, /^error: (unknown option|too many arguments)/);
      assert.equal(stdout, "");
    });
});
