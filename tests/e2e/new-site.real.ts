import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { projectFolder } from "#af/stacks/site/project";
import { readSite } from "#af/stacks/site/read";
import { hostsOf } from "#af/components/nodes/settings";
import { livesOn, ran } from "./life-cycle";
import { HELM_AT_WORK, killedAt } from "./moments";
import { toolsOrSkip, TestSandbox } from "../sandbox/e2e/harness";
import { ANSWERS, flags } from "../tools/site-files";
import { runTool } from "../tools/run-tool";

type Pod = ClusterObject & { readonly spec: { readonly nodeName?: string } };

describe("a third site, made with `site new`", function () {
  this.timeout(600_000);
  this.bail(true);
  const name = "third";
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-third-"));
  const file = path.join(folder, `Pulumi.${name}.yaml`);
  const sandbox = new TestSandbox(name);
  const untouched = status();

  before(async function () {
    await toolsOrSkip(this);
  });
  after(async () => {
    await sandbox.remove();
    fs.rmSync(folder, { recursive: true });
  });

  it("is one file of less than 80 lines that is right at once", () => {
    const { code, stderr } = runTool("site", ["new", name, "--yes", "--folder", folder, ...flags(ANSWERS)]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(fs.readdirSync(folder), [path.basename(file)]);
    assert.ok(fs.readFileSync(file, "utf8").split("\n").length < 80);
    assert.deepEqual(runTool("plan", [name, "--config-file", file]).code, 0);
  });

  it("is killed while Pulumi's Helm installs a release", () => killedAt(HELM_AT_WORK, sandbox, "--config-file", file));

  it("comes up in the sandbox with every pod placed", async () => {
    await ran(sandbox, "up", name, "--config-file", file);
    const pods = await sandbox.ask<readonly Pod[]>({ ask: "list", apiVersion: "v1", kind: "Pod" });
    assert.ok(pods.length > hostsOf(readSite(name, file).nodes).length);
    assert.deepEqual(
      pods.filter(({ spec }) => spec.nodeName === undefined).map(({ metadata }) => metadata.name),
      [],
    );
  });

  livesOn(sandbox, () => file);

  it("has touched no other tracked file of the project", () => assert.equal(status(), untouched));
});

/** What git calls changed in the project; empty if there is no git. */
function status(): string {
  try {
    return execFileSync("git", ["status", "--porcelain"], { cwd: projectFolder(), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
