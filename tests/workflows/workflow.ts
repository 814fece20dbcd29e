import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "#af/stacks/site/project";

/** A step of a job as its file writes it. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

/** A job as its file writes it. */
export interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: {
    readonly matrix: Readonly<Record<string, unknown>>;
    readonly "fail-fast"?: boolean;
    readonly "max-parallel"?: number;
  };
  readonly steps?: readonly Step[];
  /** Path of the workflow that is the job. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: "inherit";
}

/** A workflow as its file writes it. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Keys that the runner of tests heeds, or that change nothing of what a job does here. Any other key is an error: it would be passed over. */
const KEYS = {
  workflow: ["name", "on", "permissions", "concurrency", "jobs"],
  job: "needs if outputs env environment permissions strategy steps uses with secrets runs-on timeout-minutes".split(" "),
  step: ["id", "name", "if", "run", "shell", "uses", "with", "env"],
  strategy: ["matrix", "fail-fast", "max-parallel"],
} as const;

/**
 * A workflow of the project, by its name without `.yml`.
 * @throws {Error} if it has a key that the runner of tests does not know.
 */
export function readWorkflow(name: string): Workflow {
  return workflowIn(fs.readFileSync(path.join(projectFolder(), ".github", "workflows", `${name}.yml`), "utf8"));
}

/** The workflow of a text. */
export function workflowIn(text: string): Workflow {
  const workflow = parse(text) as Workflow;
  known("workflow", workflow);
  for (const job of Object.values(workflow.jobs)) {
    known("job", job);
    known("strategy", job.strategy ?? {});
    for (const step of job.steps ?? []) known("step", step);
  }
  return workflow;
}

function known(what: keyof typeof KEYS, value: object): void {
  const allowed: readonly string[] = KEYS[what];
  const unknown = Object.keys(value).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) throw new Error(`the runner of tests does not know ${unknown.join(", ")} of a ${what}`);
}
