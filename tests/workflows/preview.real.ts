import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { requirePrograms } from "../support/programs";
import { clonedProject } from "./clone";
import { runStep, scriptsOf, type StepResult } from "./steps";

describe("The workflow of a pull request", function () {
  this.timeout(600_000);
  let base = "";
  let clone = "";
  let start = "";

  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], { cwd: clone, encoding: "utf8" }).trim();

  before(function () {
    requirePrograms(this, "jq", "git", "bash");
    base = fs.mkdtempSync(path.join(os.tmpdir(), "af-workflow-"));
    clone = clonedProject(base);
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "base");
    start = git("rev-parse", "HEAD");
  });
  after(() => fs.rmSync(base, { recursive: true, force: true }));
  afterEach(() => git("reset", "--quiet", "--hard", start));

  /** Commits an edit of a file, and runs the scripts of the job `plan` on it. */
  function planned(
    file: string,
    edit: (text: string) => string,
  ): { readonly affected: StepResult; readonly told: StepResult; readonly comment: string } {
    const target = path.join(clone, file);
    fs.writeFileSync(target, edit(fs.readFileSync(target, "utf8")));
    git("commit", "--quiet", "--all", "--message", "edit");
    const [, affected, plan] = scriptsOf("preview", "plan");
    assert.ok(affected?.id === "affected" && plan);
    const named = runStep(affected, clone, { BASE: start });
    assert.equal(named.code, 0, named.log);
    const told = runStep(plan, clone, { BASE: start, SITES: named.outputs["sites"] ?? "" });
    const comment = path.join(clone, "told", "comment.md");
    const text = fs.readFileSync(comment, "utf8");
    fs.rmSync(path.dirname(comment), { recursive: true });
    return { affected: named, told, comment: text };
  }

  it("says of a document that no site changes, and plans nothing", () => {
    const { affected, told, comment } = planned("README.md", (text) => `${text}\n`);
    assert.equal(affected.outputs["sites"], "[]");
    assert.equal(told.code, 0, told.log);
    assert.equal(comment, "### ✅ No site changes\n");
  });

  it("plans the one site that is edited, and fails for what cannot be made", () => {
    const { affected, told, comment } = planned("Pulumi.fnal.yaml", (text) =>
      text.replace(/^( {2}af:hub:\n)/m, "$1    database: { size: 512Mi }\n"),
    );
    assert.equal(affected.outputs["sites"], '["fnal"]');
    assert.equal(told.code, 1, told.log);
    assert.match(comment, /^### ❌ fnal: .*1 change cannot be made/);
    assert.match(comment, /refuses a claim below its size/);
    assert.equal(told.summary, comment);
  });

  it("says what is wrong with a site file that has no plan", () => {
    const { told, comment } = planned("Pulumi.fnal.yaml", (text) => text.replace(/^ {2}af:hub:\n/m, "  af:hubs:\n"));
    assert.equal(told.code, 2, told.log);
    assert.match(comment, /^### ❌ There is no plan\n\n {4}/);
    assert.match(comment, /af:hubs/);
  });

  it("writes one comment, and writes it anew the next time", () => {
    const [step] = scriptsOf("comment", "comment");
    assert.ok(step);
    const bin = path.join(base, "bin");
    fs.mkdirSync(bin);
    // Stands in for GitHub's client: it keeps what it is asked, and knows one pull request and, from the second time on, one comment.
    fs.writeFileSync(
      path.join(bin, "gh"),
      `#!/bin/sh
echo "$@" >> '${base}/asked'
case "$*" in
  "pr list"*) echo 7 ;;
  "run download"*) mkdir -p told; printf '### told\\n' > told/comment.md ;;
  *--paginate*) cat '${base}/known' 2>/dev/null || true ;;
  *PATCH*|*POST*) cp comment.md '${base}/posted' ;;
esac
`,
      { mode: 0o755 },
    );
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, GH_REPO: "o/r", RUN: "1", HEAD: "abc", URL: "https://example.org/run" };
    const asked = (): string => fs.readFileSync(path.join(base, "asked"), "utf8");
    const first = runStep(step, clone, env);
    assert.equal(first.code, 0, first.log);
    assert.match(asked(), /--method POST repos\/o\/r\/issues\/7\/comments/);
    assert.match(
      fs.readFileSync(path.join(base, "posted"), "utf8"),
      /^<!-- analysis-facility: preview -->\n### told\n\n\[what was run\]\(https:\/\/example\.org\/run\)\n$/,
    );
    fs.writeFileSync(path.join(base, "known"), "42\n");
    fs.rmSync(path.join(base, "asked"));
    assert.equal(runStep(step, clone, env).code, 0);
    assert.match(asked(), /--method PATCH repos\/o\/r\/issues\/comments\/42/);
    assert.doesNotMatch(asked(), /POST/);
  });
});
