import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { FACILITY_PACK, PACKS } from "#af/policies/pack-names";
import { requirePrograms } from "../support/programs";
import { WorkflowHost } from "./host";
import { runWorkflow, type JobRun } from "./runner";

/** What an engine writes of a preview that all rules have judged. */
const JUDGED = JSON.stringify({
  summaryEvent: { PolicyPacks: { [`${FACILITY_PACK}|local|policies`]: "0.1.0" } },
});

describe("The workflow of a pull request", function () {
  this.timeout(600_000);
  let base = "";
  let host: WorkflowHost;
  let start = "";

  before(function () {
    requirePrograms(this, "jq", "git", "bash");
    base = fs.mkdtempSync(path.join(os.tmpdir(), "af-workflow-"));
    host = new WorkflowHost(base, true);
    start = host.git("rev-parse", "HEAD");
    // The plan beside what is deployed is tried with the workflow that applies it.
    host.program("npm", `case "$*" in ci) ;; *--deployed*) echo "deployed of $SITE" ;; *) real npm "$@" ;; esac`);
    engine(JUDGED);
  });
  after(() => fs.rmSync(base, { recursive: true, force: true }));
  afterEach(() => host.git("reset", "--quiet", "--hard", start));

  /** Stands in for the engine, which needs a cluster: it writes this log of events. */
  function engine(events: string): void {
    fs.writeFileSync(path.join(base, "events.jsonl"), `${events}\n`);
    host.program(
      "pulumi",
      `while [ $# -gt 0 ]; do [ "$1" = --event-log ] && cp '${base}/events.jsonl' "$2"; shift; done; echo "previewed $SITE"`,
    );
  }

  /** Commits edits of files, and runs the workflow on them; the comment is what people then read. */
  async function proposed(
    edits: Readonly<Record<string, (text: string) => string>>,
    from = "o/r",
  ): Promise<{ readonly jobs: readonly JobRun[]; readonly comment: string; readonly run: (name: string) => JobRun }> {
    for (const [file, edit] of Object.entries(edits)) {
      const target = path.join(host.clone, file);
      fs.writeFileSync(target, edit(fs.readFileSync(target, "utf8")));
    }
    host.git("commit", "--quiet", "--all", "--message", "edit");
    const pull_request = { base: { sha: start }, head: { repo: { full_name: from } } };
    const event = { event_name: "pull_request", ref: "refs/pull/1/merge", event: { pull_request } };
    const secretsOf = (environment: string) =>
      from === "o/r"
        ? { PULUMI_CONFIG_PASSPHRASE: `that of ${environment}`, KUBECONFIG_READ_ONLY: "a kubeconfig" }
        : ({} as Record<string, string>);
    const jobs = await runWorkflow("preview", host.run(event, secretsOf));
    const ended = { event: "pull_request", conclusion: "failure", id: 1, head_sha: "head", html_url: "https://example.org/run" };
    const told = await runWorkflow(
      "comment",
      host.run({ event: { workflow_run: ended } }, () => ({})),
    );
    assert.deepEqual(
      told.map(({ result }) => result),
      ["success"],
      told.map(({ log }) => log).join(),
    );
    const comments = host.tracker.comments();
    assert.equal(comments.length, 1, "one comment, written anew each time");
    return {
      jobs,
      comment: comments[0]?.body ?? "",
      run: (name) => jobs.find((job) => job.name === name) ?? assert.fail(`no job ${name}`),
    };
  }

  const results = (jobs: readonly JobRun[]) => Object.fromEntries(jobs.map(({ name, result }) => [name, result]));
  const comment = (text: string) => `${text}# a comment\n`;

  it("says of a document that no site changes, and plans and previews nothing", async () => {
    const { jobs, comment: told } = await proposed({ "README.md": (text) => `${text}\n` });
    assert.deepEqual(results(jobs), { plan: "success", preview: "skipped", judged: "success" });
    assert.equal(told, "<!-- analysis-facility: preview -->\n### ✅ No site changes\n\n[what was run](https://example.org/run)\n");
  });

  it("plans and previews each of two sites, with the secrets of that site's environment", async () => {
    const { jobs, run } = await proposed({ "Pulumi.fnal.yaml": comment, "Pulumi.unl.yaml": comment });
    assert.deepEqual(results(jobs), { plan: "success", "preview (fnal)": "success", "preview (unl)": "success", judged: "success" });
    assert.deepEqual([run("plan").environment, run("plan").secrets], ["", []]);
    for (const site of ["fnal", "unl"]) {
      const { environment, secrets, log } = run(`preview (${site})`);
      assert.equal(environment, `preview-${site}`);
      assert.deepEqual(secrets, ["KUBECONFIG_READ_ONLY", "PULUMI_CONFIG_PASSPHRASE"]);
      assert.match(log, new RegExp(`previewed ${site}`));
    }
  });

  it("fails for what cannot be made at the one site that is edited, says why in the comment, and previews it all the same", async () => {
    const edit = (text: string) => text.replace(/^( {2}af:hub:\n)/m, "$1    database: { size: 512Mi }\n");
    // A pack that has not judged fails the job as well.
    engine(JSON.stringify({ summaryEvent: { PolicyPacks: { [PACKS.quotas]: "0.1.0" } } }));
    const { jobs, comment: told, run } = await proposed({ "Pulumi.fnal.yaml": edit });
    engine(JUDGED);
    assert.deepEqual(results(jobs), { plan: "failure", "preview (fnal)": "failure", judged: "failure" });
    assert.match(told, /^### ❌ fnal: .*1 change cannot be made/m);
    assert.match(told, /refuses a claim below its size/);
    assert.match(run("preview (fnal)").log, /::error::the pack analysis-facility-security has not judged this run/);
    assert.match(run("judged").log, /::error::the plan ended with failure/);
  });

  it("gives no job of a fork a secret, and says what is wrong with a site file that has no plan", async () => {
    const edit = (text: string) => text.replace(/^ {2}af:hub:\n/m, "  af:hubs:\n");
    const { jobs, comment: told } = await proposed({ "Pulumi.fnal.yaml": edit }, "somebody/r");
    assert.deepEqual(results(jobs), { plan: "failure", preview: "skipped", judged: "failure" });
    assert.deepEqual(
      jobs.map(({ environment, secrets }) => [environment, secrets]),
      jobs.map(() => ["", []]),
    );
    assert.match(told, /^### ❌ There is no plan\n\n {4}/m);
    assert.match(told, /af:hubs/);
  });
});
