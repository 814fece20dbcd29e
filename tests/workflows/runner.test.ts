import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { filled, holds } from "./expressions";
import { runWorkflow, type JobRun, type Run } from "./runner";
import { runStep, type StepResult } from "./steps";
import { workflowIn } from "./workflow";

const FRESH = { failed: false, held: false };

/** What scripts of a job have seen and left. */
interface Seen {
  readonly step: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a workflow whose scripts do nothing but what a test says. */
async function played(
  name: string,
  github: Readonly<Record<string, unknown>>,
  play: (seen: Seen) => Partial<StepResult> = () => ({}),
): Promise<{ readonly jobs: readonly JobRun[]; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const run: Run = {
    github: { repository: "o/r", token: "t", server_url: "https://example.org", run_id: "1", run_number: "7", ...github },
    secretsOf: (environment) => ({ KUBECONFIG: `that of ${environment}`, PULUMI_CONFIG_PASSPHRASE: "a passphrase" }),
    script: (step, env) => {
      const each = { step: step.id ?? step.run ?? "", env };
      seen.push(each);
      return { code: 0, log: "", outputs: {}, summary: "", ...play(each) };
    },
    action: () => undefined,
  };
  return { jobs: await runWorkflow(name, run), seen };
}

describe("The runner of workflows", () => {
  const contexts = {
    needs: { plan: { result: "success", outputs: { sites: '["a","b"]' } } },
    steps: { one: { outputs: {} } },
    secrets: {},
  };
  const scope = (standing = FRESH) => ({ contexts, standing });

  const values: readonly (readonly [text: string, value: unknown])[] = [
    ["${{ fromJson(needs.plan.outputs.sites) }}", ["a", "b"]],
    ["to ${{ needs.plan.result }}, ${{ needs.plan.outputs.sites != '[]' }}", "to success, true"],
    ["${{ steps.one.outputs.nothing }}", ""],
    ["${{ secrets.NOT_THERE }}", ""],
    ["${{ needs.plan.result == 'success' && 'yes' || 'no' }}", "yes"],
  ];
  it("gives expressions the values that GitHub gives them", async () => {
    for (const [text, value] of values) assert.deepEqual(await filled(text, scope()), value, text);
  });

  const unknown: readonly (readonly [text: string, message: RegExp])[] = [
    ["need.plan.result", /Unrecognized named-value: 'need'/],
    ["needs.plans.result", /found needs\.plans, which nobody gives/],
    ["needs.plan.outputs.site", /found needs\.plan\.outputs\.site, which nobody gives/],
    ["steps.two.outputs.a", /found steps\.two, which nobody gives/],
    ["succeded()", /Unrecognized function: 'succeded'/],
    ["needs.plan.result = 'success'", /Unexpected symbol|unexpected/i],
  ];
  it("takes no expression that it does not know", async () => {
    for (const [text, message] of unknown) await assert.rejects(filled(`\${{ ${text} }}`, scope()), message, text);
  });

  it("holds a condition only where all went well, unless it asks for more", async () => {
    const [failed, held] = [
      { failed: true, held: false },
      { failed: false, held: true },
    ];
    assert.deepEqual(await Promise.all([FRESH, failed, held].map((standing) => holds(undefined, scope(standing)))), [true, false, false]);
    assert.deepEqual(await Promise.all([FRESH, failed, held].map((standing) => holds("${{ !cancelled() }}", scope(standing)))), [
      true,
      true,
      true,
    ]);
    assert.equal(await holds("needs.plan.result == 'success'", scope(failed)), false);
  });

  it("takes no key that it would pass over", () => {
    const job = (more: object) => JSON.stringify({ on: {}, jobs: { a: { "runs-on": "x", steps: [{ run: "true", ...more }] } } });
    assert.equal(Object.keys(workflowIn(job({})).jobs).length, 1);
    assert.throws(() => workflowIn(job({ "continue-on-error": true })), /does not know continue-on-error of a step/);
  });

  it("lets a failure inside a pipe end a step only where its shell says so, as GitHub does", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-runner-"));
    fs.mkdirSync(path.join(folder, "work"));
    const code = (more: object) => runStep({ run: "false | cat\necho", ...more }, path.join(folder, "work"), {}).code;
    assert.deepEqual([code({}), code({ shell: "bash" })], [0, 1]);
    fs.rmSync(folder, { recursive: true });
  });
});

describe("The workflows, run with scripts that do nothing", () => {
  const after = (conclusion: string, event = "push") => ({ event: { workflow_run: { conclusion, event, head_sha: "abc" } } });
  const sites = '["a","b"]';
  const ofSites = ({ step, env }: Seen): Partial<StepResult> =>
    step === "list" ? { outputs: { sites } } : step === "changes" ? { outputs: { digest: `digest of ${env["SITE"] ?? ""}` } } : {};
  const results = (jobs: readonly JobRun[]) =>
    jobs.map(({ name, environment, result }) => `${name} in ${environment || "none"}: ${result}`);

  it("bring sites up one after another, each with its own secrets and exactly what was looked at", async () => {
    const { jobs, seen } = await played("up", after("success"), ofSites);
    assert.deepEqual(results(jobs), [
      "sites in none: success",
      "up (a) / changes in preview-a: success",
      "up (a) / up in a: success",
      "up (b) / changes in preview-b: success",
      "up (b) / up in b: success",
    ]);
    const applied = seen.filter(({ step }) => step.includes("pulumi up"));
    assert.deepEqual(
      applied.map(({ env }) => [env["SITE"], env["SEEN"]]),
      [
        ["a", "digest of a"],
        ["b", "digest of b"],
      ],
    );
    const kubeconfigs = seen.flatMap(({ env }) => env["KUBECONFIG_CONTENT"] ?? []);
    assert.deepEqual(kubeconfigs, ["that of a", "that of b"]);
  });

  it("bring no site up where CI has failed, or has tried a pull request", async () => {
    for (const event of [after("failure"), after("success", "pull_request")]) {
      const { jobs, seen } = await played("up", event, ofSites);
      assert.deepEqual(results(jobs), ["sites in none: skipped", "up in none: skipped"]);
      assert.deepEqual(seen, []);
    }
  });

  it("bring no further site up after one that failed, and do not apply what could not be told", async () => {
    const { jobs } = await played("up", after("success"), (each) => (each.step === "changes" ? { code: 1 } : ofSites(each)));
    assert.deepEqual(results(jobs), [
      "sites in none: success",
      "up (a) / changes in preview-a: failure",
      "up (a) / up in none: skipped",
      "up (b) in none: cancelled",
    ]);
  });

  it("look at every site for drift although one failed, and tell its issue of each", async () => {
    const { jobs, seen } = await played("drift", {}, (each) =>
      each.step === "preview" && each.env["SITE"] === "a" ? { code: 1 } : ofSites(each),
    );
    assert.deepEqual(results(jobs), ["sites in none: success", "drift (a) in preview-a: failure", "drift (b) in preview-b: success"]);
    const told = seen.filter(({ step }) => step.includes("gh issue"));
    assert.deepEqual(
      told.map(({ env }) => [env["SITE"], env["OUTCOME"]]),
      [
        ["a", "failure"],
        ["b", "success"],
      ],
    );
  });

  it("comment on a pull request for which the preview failed, and on none that was cancelled or that none belongs to", async () => {
    const event = (conclusion: string, of: string) => ({
      event: { workflow_run: { conclusion, event: of, id: 1, head_sha: "abc", html_url: "https://example.org" } },
    });
    for (const [conclusion, of, result] of [
      ["failure", "pull_request", "success"],
      ["cancelled", "pull_request", "skipped"],
      ["success", "push", "skipped"],
    ] as const)
      assert.deepEqual(results((await played("comment", event(conclusion, of))).jobs), [`comment in none: ${result}`]);
  });

  it("read nothing that nobody gives in those that watch and build", async () => {
    for (const name of ["charts", "ci", "releases", "waivers"]) {
      const { jobs } = await played(name, { event_name: "schedule" });
      assert.deepEqual(
        jobs.map(({ result, secrets }) => [result, secrets]),
        [["success", []]],
        name,
      );
    }
  });
});
