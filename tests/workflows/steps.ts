import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { readWorkflow, type Step } from "./workflow";

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
  return (readWorkflow(workflow).jobs[job]?.steps ?? []).filter(({ run }) => run !== undefined);
}

/**
 * Runs the script of a step as GitHub's runner does: `bash -e`, with pipefail where the step names bash
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell).
 * @param env values of the expressions that the job and the step put into their environment. The step's own script holds no expression.
 * @param inside gives the command that runs another one where a cluster can be reached.
 */
export function runStep(
  { run = "", shell }: Step,
  cwd: string,
  env: Readonly<NodeJS.ProcessEnv>,
  inside: (command: readonly string[]) => readonly string[] = (command) => command,
): StepResult {
  const [output, summary, added, script] = ["output", "summary", "path", "step.sh"].map((name) => path.join(cwd, "..", name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const file of [output, summary, added]) fs.writeFileSync(file, "");
  fs.writeFileSync(script, run);
  const options = shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
  const [program = "", ...args] = inside(["bash", ...options, script]);
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    env: {
      ...process.env,
      NO_COLOR: "1",
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_PATH: added,
      RUNNER_TEMP: path.dirname(output),
      ...env,
    },
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
