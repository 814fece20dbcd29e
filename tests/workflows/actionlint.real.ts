import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ACTIONLINT } from "#af/sandbox/tools/tool";
import { projectFolder } from "#af/stacks/site/project";
import { requireBuilt } from "../support/built-program";

/** Edits of `up-site.yml` that GitHub would only find out about when the workflow runs, and what is said of each. */
const FAULTS: Readonly<Record<string, readonly [from: string, to: string, said: RegExp]>> = {
  "an output of no step": ["steps.changes.outputs.digest", "steps.change.outputs.digest", /property "change" is not defined/],
  "an input that is not asked for": ["${{ inputs.commit }}", "${{ inputs.comit }}", /property "comit" is not defined/],
  "a job that waits for none": ["needs: changes\n", "needs: change\n", /needs job "change"|does not exist/],
  "an expression that is cut": ["${{ needs.changes.outputs.digest }}", "${{ needs.changes.outputs. }}", /unexpected|parsing/i],
  "a runner that there is not": ["runs-on: ubuntu-24.04", "runs-on: ubuntu-24.40", /label "ubuntu-24.40" is unknown/],
  "a word that is no key": ["timeout-minutes: 120", "timeout-minute: 120", /unexpected key "timeout-minute"/],
};

describe("The workflows, read by actionlint", function () {
  this.timeout(700_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-workflows-"));
  const workflows = path.join(folder, ".github", "workflows");
  let actionlint = "";

  before(async function () {
    actionlint = await requireBuilt(this, ACTIONLINT);
    fs.mkdirSync(path.join(folder, ".git"));
  });
  beforeEach(() => fs.cpSync(path.join(projectFolder(), ".github", "workflows"), workflows, { recursive: true }));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** What is said of all workflows. Scripts are not read: that program is not on every machine. */
  function said(): string {
    const { stdout, stderr } = spawnSync(actionlint, ["-no-color", "-shellcheck=", "-pyflakes="], { cwd: folder, encoding: "utf8" });
    return `${stdout}${stderr}`;
  }

  it("hold no fault", () => {
    assert.ok(fs.readdirSync(workflows).length >= 6);
    assert.equal(said(), "");
  });

  for (const [title, [from, to, message]] of Object.entries(FAULTS))
    it(`would be refused for ${title}`, () => {
      const file = path.join(workflows, "up-site.yml");
      const text = fs.readFileSync(file, "utf8");
      assert.ok(text.includes(from), `up-site.yml has no ${from}`);
      fs.writeFileSync(
        file,
        text.replace(from, () => to),
      );
      assert.match(said(), message);
    });
});
