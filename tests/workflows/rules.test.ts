import assert from "node:assert/strict";
import { parse } from "yaml";
import { workflowTexts } from "../docs/texts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
}

interface Job {
  readonly uses?: string;
  readonly "timeout-minutes"?: number;
  readonly "runs-on"?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What is wrong with the text of a workflow. */
function faults(text: string): readonly string[] {
  const { on, permissions, jobs } = parse(text) as Workflow;
  const found: string[] = [];
  if (permissions === undefined) found.push("states no permissions, so that it has those of the repository");
  if (Object.values(permissions ?? {}).includes("write") && Object.keys(jobs).length > 1) found.push("gives every job a right to write");
  if ("pull_request_target" in on) found.push("runs with the rights of the repository on what a fork has written");
  for (const [name, job] of Object.entries(jobs)) {
    if (job.uses !== undefined) continue;
    if (job["timeout-minutes"] === undefined) found.push(`${name}: no time limit`);
    if (/latest$/.test(job["runs-on"] ?? "latest")) found.push(`${name}: no named runner image`);
    for (const { uses, run = "", shell } of job.steps ?? []) {
      if (uses !== undefined && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses)) found.push(`${name}: ${uses} is not pinned`);
      if (/\$\{\{/.test(run)) found.push(`${name}: an expression is pasted into a shell`);
      if (appliesUnjudged(run)) found.push(`${name}: an update whose preview nobody has judged`);
      // Without `shell: bash` a step runs without pipefail, so that the last part of a pipe decides.
      if (/[^|]\|[^|]/.test(run) && run.includes("\n") && shell !== "bash") found.push(`${name}: a pipe without pipefail`);
    }
  }
  return found;
}

/** True for a script that updates a stack before the log of its last preview was judged. */
function appliesUnjudged(script: string): boolean {
  let [log, judged] = ["", false];
  for (const line of script.replaceAll("\\\n", " ").split("\n")) {
    const [, previewed] = /\bpulumi preview .*--event-log (\S+)/.exec(line) ?? [];
    if (previewed !== undefined) [log, judged] = [previewed, false];
    else if (/\bjudged\b/.test(line) && log !== "" && line.includes(log)) judged = true;
    else if (/\bpulumi up\b/.test(line) && !judged) return true;
  }
  return false;
}

describe("Workflows", () => {
  it("are pinned, bounded, hold the least rights and paste nothing into a shell", () => {
    const texts = workflowTexts();
    assert.ok(texts.length >= 6);
    for (const { file, text } of texts) assert.deepEqual(faults(text), [], file);
  });

  it("judge every site that is touched, and never bring one up without its packs", () => {
    for (const { file, text } of workflowTexts()) {
      const commands = text
        .replaceAll("\\\n", " ")
        .split("\n")
        .filter((line) => /\bpulumi (up|preview)\b/.test(line));
      for (const command of commands) {
        assert.match(command, /--policy-pack policies\/facility/, file);
        assert.doesNotMatch(command, /--target|--skip-preview/, file);
      }
    }
  });

  const sound = {
    on: { push: null },
    permissions: { contents: "read" },
    jobs: {
      a: {
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 5,
        steps: [{ run: "echo a | cat\npulumi preview --event-log a\njudged a\npulumi up", shell: "bash" }],
      },
    },
  };
  const job = (more: object) => ({ ...sound, jobs: { a: { ...sound.jobs.a, ...more } } });
  const wrong: Readonly<Record<string, readonly [object, RegExp]>> = {
    "no permissions": [{ ...sound, permissions: undefined }, /states no permissions/],
    "a right to write for all": [
      { ...sound, permissions: { contents: "write" }, jobs: { a: sound.jobs.a, b: sound.jobs.a } },
      /gives every job/,
    ],
    "code of a fork with secrets": [{ ...sound, on: { pull_request_target: null } }, /rights of the repository/],
    "no time limit": [job({ "timeout-minutes": undefined }), /no time limit/],
    "an unnamed image": [job({ "runs-on": "ubuntu-latest" }), /no named runner image/],
    "an action by its tag": [job({ steps: [{ uses: "actions/checkout@v4" }] }), /not pinned/],
    "an expression in a shell": [job({ steps: [{ run: "echo ${{ github.head_ref }}" }] }), /pasted into a shell/],
    "an update without a preview": [job({ steps: [{ run: "pulumi up --yes" }] }), /nobody has judged/],
    "an update whose preview is not judged": [
      job({ steps: [{ run: "pulumi preview --event-log a\npulumi up --yes" }] }),
      /nobody has judged/,
    ],
    "an update after another preview": [
      job({ steps: [{ run: "pulumi preview --event-log a\njudged a\npulumi preview --event-log b\npulumi up --yes" }] }),
      /nobody has judged/,
    ],
    "a preview that is judged too late": [
      job({ steps: [{ run: "pulumi preview --event-log a\npulumi up --yes\njudged a" }] }),
      /nobody has judged/,
    ],
    "a pipe that hides a failure": [job({ steps: [{ run: "false | cat\necho" }] }), /without pipefail/],
  };
  it("would be refused otherwise", () => {
    assert.deepEqual(faults(JSON.stringify(sound)), []);
    for (const [title, [workflow, message]] of Object.entries(wrong)) assert.match(faults(JSON.stringify(workflow)).join(), message, title);
  });
});
