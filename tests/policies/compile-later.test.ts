import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { COMPILE_LATER, compileLater } from "#af/policies/compile-later";

describe("options that put off compiling", () => {
  it("are ones that this Node knows: it refuses to start with any other", () => {
    const { status, stderr } = spawnSync(process.execPath, [...COMPILE_LATER, "--eval", ""], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.notEqual(spawnSync(process.execPath, ["--interrupt-budgets=1", "--eval", ""]).status, 0);
  });

  it("are given to V8 as the packs found it in Node 20, and to no later one", () => {
    assert.equal(COMPILE_LATER.length, process.versions.node.startsWith("20.") ? 1 : 0);
    compileLater();
  });
});
