import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import { tied } from "#af/sandbox/processes";
import { onPath } from "#af/sandbox/tools/executable";
import { projectFolder } from "#af/stacks/site/project";
import { skipped } from "../support/skipped";
import { processesWith } from "./e2e/harness";

/** Starts a tied program, and dies before the program can have asked for anything. */
const DIES_AT_ONCE = `
  const { spawn } = require("node:child_process");
  const { tied } = require(process.argv[1]);
  const [program, ...args] = tied(["sleep", process.argv[2]], "KILL");
  spawn(program, args, { stdio: "ignore" });
  process.kill(process.pid, "SIGKILL");`;

describe("a tied program", function () {
  this.timeout(60_000);

  before(function () {
    if (os.platform() !== "linux" || onPath("setpriv") === undefined) skipped(this, "nothing ties a process to its parent here");
  });

  it("is the program, with its arguments as they are, in the same process", () => {
    const [program = "", ...args] = tied(
      [process.execPath, "-p", "JSON.stringify([process.ppid, ...process.argv.slice(1)])", "a b", "$c"],
      "KILL",
    );
    const parent = process.pid;
    assert.deepEqual(JSON.parse(execFileSync(program, args, { encoding: "utf8" })), [parent, "a b", "$c"]);
  });

  it("does not outlive a parent that dies at once", () => {
    // A length of sleep by which the programs of this test are known.
    const length = String(80_000 + process.pid / 1e7);
    const processes = path.join(projectFolder(), "bin", "sandbox", "processes.js");
    for (let run = 0; run < 20; run++) spawnSync(process.execPath, ["-e", DIES_AT_ONCE, processes, length]);
    const end = Date.now() + 10_000;
    while (processesWith(`sleep ${length}`).length > 0 && Date.now() < end) spawnSync("sleep", ["0.1"]);
    const left = processesWith(`sleep ${length}`);
    for (const line of left) process.kill(Number(line.split(" ")[0]), "SIGKILL");
    assert.deepEqual(left, []);
  });
});
