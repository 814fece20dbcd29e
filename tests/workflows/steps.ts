import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "#af/stacks/site/project";

/** A step of a workflow's job as its file writes it. */
interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a step ended. */
export interface StepResult {
  readonly code: number | null;
  /** stdout and stderr. */
  readonly log: string;
  /** What it wrote for later steps, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What it wrote for the page of the run. */
  readonly summary: string;
}

/** The steps of one job that are scripts, in their order. */
export function scriptsOf(workflow: string, job: string): readonly Step[] {
  const text = fs.readFileSync(path.join(projectFolder(), ".github", "workflows", `${workflow}.yml`), "utf8");
  const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };
  return (jobs[job]?.steps ?? []).filter(({ run }) => run !== undefined);
}

/**
 * Runs the script of a step as GitHub's runner does: `bash -e`, with pipefail where the step names bash
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell).
 * @param env values of the expressions that the job and the step put into their environment. The step's own script holds no expression.
 */
export function runStep({ run = "", shell }: Step, cwd: string, env: Readonly<Record<string, string>>): StepResult {
  const [output, summary, script] = ["output", "summary", "step.sh"].map((name) => path.join(cwd, "..", name)) as [string, string, string];
  for (const file of [output, summary]) fs.writeFileSync(file, "");
  fs.writeFileSync(script, run);
  const options = shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
  const { status, stdout, stderr } = spawnSync("bash", [...options, script], {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    env: { ...process.env, NO_COLOR: "1", GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: path.dirname(output), ...env },
  });
  const written = fs
    .readFileSync(output, "utf8")
    .split("\n")
    .filter((line) => line.includes("="));
  return {
    code: status,
    log: `${stdout}${stderr}`,
    outputs: Object.fromEntries(written.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])),
    summary: fs.readFileSync(summary, "utf8"),
  };
}
