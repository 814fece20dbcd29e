import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder, siteFile } from "#af/stacks/site/project";
import type { ChangesDocument } from "#af/tools/changes/document";
import { dayFromNow, waiverOf } from "../policies/waiver";
import { siteConfig } from "../support/site-config";
import { skipped } from "../support/skipped";
import { runTool } from "./run-tool";
import { writeSettings } from "./site-files";

describe("plan --against and --deployed", function () {
  this.timeout(300_000);
  let folder = "";

  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-against-"))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("tell what a file changes against the newest commit, for people, as JSON and as a comment", function () {
    if (!isRepository()) skipped(this, "the project is no repository of git here");
    const file = path.join(folder, "Pulumi.fnal.yaml");
    const before = fs.readFileSync(siteFile("fnal"), "utf8");
    fs.writeFileSync(file, before.replace(/^( {2}af:hub:\n)/m, "$1    database: { size: 512Mi }\n"));
    const { code, stdout, stderr } = runTool("plan", ["fnal", "--against", "HEAD", "--config-file", file, "--json"]);
    assert.equal(code, 1, stderr);
    const { changes, sites } = JSON.parse(stdout) as ChangesDocument;
    assert.equal(sites[0]?.worse, true);
    assert.match(changes[0]?.refused ?? "", /volumes? .*|refuses a claim below its size/);
    assert.doesNotMatch(stdout, /"effect": "data at risk"/);
  });

  it("let a claim go that the site file names, and fail for it otherwise", () => {
    const type = "kubernetes:core/v1:PersistentVolumeClaim";
    const gone = {
      urn: `urn:pulumi:fnal::af::af:stacks:Facility$${type}::old`,
      type,
      custom: true,
      inputs: { metadata: { name: "old", namespace: "place" }, spec: { accessModes: ["ReadWriteOnce"] } },
    };
    const state = path.join(folder, "state.json");
    fs.writeFileSync(state, JSON.stringify({ deployment: { resources: [gone] } }));
    const deployed = (approvals: readonly object[]) => {
      const file = writeSettings(folder, "fnal", { ...siteConfig("fnal"), approvals });
      return runTool("plan", ["fnal", "--deployed", state, "--config-file", file]);
    };
    const { owner, reason, ticket, until } = waiverOf({ until: dayFromNow(10) });
    const refusal = deployed([]);
    assert.equal(refusal.code, 1, refusal.stderr);
    const [, wanted = "{}"] = /if it is meant, name it in af:approvals: (.*)/.exec(refusal.stdout) ?? [];
    const { code, stdout, stderr } = deployed([{ ...(JSON.parse(wanted) as object), owner, reason, ticket, until }]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /delete PersistentVolumeClaim place\/old: data at risk[^]*approved by operators of the storage until/);
  });

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      "a state that is not known",
      ["fnal", "--against", "no-such-branch"],
      /found the state no-such-branch; allowed: a commit, branch or tag/,
    ],
    ["two baselines", ["fnal", "--against", "HEAD", "--deployed", "x"], /found --against and --deployed; allowed: one of them/],
    ["a comment about nothing", ["fnal", "--markdown"], /allowed: together with --against or --deployed/],
    ["one file for several sites", ["fnal", "unl", "--against", "HEAD", "--config-file", "x"], /the file is that of one site/],
    ["one state for several sites", ["fnal", "unl", "--deployed", "x"], /a state is that of one stack/],
    ["a state that is not there", ["fnal", "--deployed", "/nowhere.json"], /cannot be read/],
    ["a state that is none", ["fnal", "--deployed", "package.json"], /found no state of a stack/],
  ];
  for (const [what, args, message] of refused)
    it(`refuse ${what}`, () => {
      const { code, stderr, stdout } = runTool("plan", args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
});

function isRepository(): boolean {
  try {
    execFileSync("git", ["rev-parse", "HEAD"], { cwd: projectFolder(), stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
