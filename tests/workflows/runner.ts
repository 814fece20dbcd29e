import { filled, holds, textOf, type Scope, type Standing } from "./expressions";
import type { StepResult } from "./steps";
import { readWorkflow, type Job, type Step } from "./workflow";

/** How a job or a step ended, in GitHub's words. */
export type Outcome = "success" | "failure" | "cancelled" | "skipped";

/** One job that was due, or one of those of its matrix. */
export interface JobRun {
  /** Such as `plan`, `preview (unl)`, or `up (unl) / changes`. */
  readonly name: string;
  readonly result: Outcome;
  readonly environment: string;
  /** Secrets that hold something and that it has read. */
  readonly secrets: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
}

/** What happened, and the place where it happens. */
export interface Run {
  readonly github: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** The secrets of an environment; empty for those that belong to the repository. */
  readonly secretsOf: (environment: string) => Readonly<Record<string, string>>;
  /** Runs a script. */
  readonly script: (step: Step, env: Readonly<Record<string, string>>) => StepResult;
  /** Does what an action does, by its name without its version; throws for one that it does not know. */
  readonly action: (name: string, inputs: Readonly<Record<string, unknown>>) => void;
}

/** What one job of a matrix is told apart by. */
type Cell = Readonly<Record<string, unknown>>;
type Needs = Readonly<Record<string, { readonly result: Outcome; readonly outputs: Readonly<Record<string, string>> }>>;

/**
 * Runs a workflow of the project as GitHub would, one job after another, and gives the jobs in the order in which they came.
 * @throws {Error} if the workflow has an expression, a key or an action that is not known.
 */
export async function runWorkflow(name: string, run: Run, before = ""): Promise<readonly JobRun[]> {
  const { jobs } = readWorkflow(name);
  const ended = new Map<string, Needs[string]>();
  const runs: JobRun[] = [];
  for (const [id, job] of Object.entries(jobs)) {
    const needs = Object.fromEntries(
      [job.needs ?? []].flat().map((each) => {
        const found = ended.get(each);
        if (found === undefined) throw new Error(`${name}.yml: ${id} needs ${each}, which stands below it or nowhere`);
        return [each, found];
      }),
    );
    const done = await runJob(`${before}${id}`, job, needs, run);
    const result = resultOf(done);
    const outputs = Object.assign({}, ...done.map((each) => each.outputs)) as Readonly<Record<string, string>>;
    const empty = Object.fromEntries(Object.keys(job.outputs ?? {}).map((key) => [key, ""]));
    ended.set(id, { result, outputs: { ...empty, ...outputs } });
    runs.push(...done);
  }
  return runs;
}

function resultOf(runs: readonly JobRun[]): Outcome {
  const found = (["failure", "cancelled", "success"] as const).find((each) => runs.some(({ result }) => result === each));
  return found ?? "skipped";
}

async function runJob(name: string, job: Job, needs: Needs, run: Run): Promise<readonly JobRun[]> {
  const results = Object.values(needs).map(({ result }) => result);
  const standing = { failed: results.includes("failure"), held: results.some((each) => each === "skipped" || each === "cancelled") };
  const contexts = { github: run.github, needs, ...(run.inputs && { inputs: run.inputs }) };
  const none = { environment: "", secrets: [], outputs: {}, log: "" };
  if (!(await holds(job.if, { contexts, standing }))) return [{ ...none, name, result: "skipped" }];
  const { matrix = {}, "fail-fast": failFast = true } = job.strategy ?? {};
  const cells = cellsOf((await filled(matrix, { contexts, standing })) as Readonly<Record<string, unknown>>);
  const runs: JobRun[] = [];
  for (const cell of cells) {
    const title = Object.keys(cell).length === 0 ? name : `${name} (${Object.values(cell).map(textOf).join(", ")})`;
    const stopped = failFast && runs.some(({ result }) => result === "failure");
    const own = { ...contexts, matrix: cell };
    if (stopped) runs.push({ ...none, name: title, result: "cancelled" });
    else if (job.uses === undefined) runs.push(await runSteps(title, job, own, run));
    else runs.push(...(await runCalled(title, job, own, run)));
  }
  return runs;
}

/** Every combination of a matrix; one without members where there is no matrix. */
function cellsOf(matrix: Readonly<Record<string, unknown>>): readonly Cell[] {
  return Object.entries(matrix).reduce<readonly Cell[]>(
    (cells, [key, values]) => {
      if (!Array.isArray(values) || values.length === 0) throw new Error(`a matrix has no values for ${key}`);
      return cells.flatMap((cell) => values.map((value: unknown) => ({ ...cell, [key]: value })));
    },
    [{}],
  );
}

/** A job that is a workflow of its own. */
async function runCalled(title: string, job: Job, contexts: Scope["contexts"], run: Run): Promise<readonly JobRun[]> {
  const name = /^\.\/\.github\/workflows\/([\w-]+)\.yml$/.exec(job.uses ?? "")?.[1];
  if (name === undefined || job.secrets !== "inherit")
    throw new Error(`${title}: the runner of tests calls workflows of the project, with their secrets`);
  const inputs = (await filled(job.with ?? {}, { contexts, standing: FRESH })) as Readonly<Record<string, unknown>>;
  const asked = (readWorkflow(name).on["workflow_call"] as { readonly inputs: object }).inputs;
  if (Object.keys(asked).sort().join() !== Object.keys(inputs).sort().join())
    throw new Error(`${title}: ${name}.yml asks for other inputs`);
  return runWorkflow(name, { ...run, inputs }, `${title} / `);
}

const FRESH: Standing = { failed: false, held: false };

async function runSteps(name: string, job: Job, given: Scope["contexts"], run: Run): Promise<JobRun> {
  const secrets = new Set<string>();
  const environment = textOf(await filled(job.environment ?? "", { contexts: given, standing: FRESH }));
  const held = run.secretsOf(environment);
  const steps: Record<string, { outcome: Outcome; outputs: Readonly<Record<string, string>> }> = {};
  const contexts = { ...given, secrets: held, runner: { os: "Linux", temp: "/tmp" }, steps };
  const onSecret = (secret: string): void => void (held[secret] && secrets.add(secret));
  let failed = false;
  let log = "";
  const scope = (): Scope => ({ contexts, standing: { failed, held: false }, onSecret });
  const texts = async (env: Readonly<Record<string, unknown>> = {}): Promise<Record<string, string>> =>
    Object.fromEntries(Object.entries((await filled(env, scope())) as Record<string, unknown>).map(([key, value]) => [key, textOf(value)]));
  const environ = await texts(job.env);
  for (const step of job.steps ?? []) {
    let outcome: Outcome = "skipped";
    let outputs: Readonly<Record<string, string>> = {};
    if (await holds(step.if, scope())) {
      const env = { ...environ, ...(await texts(step.env)) };
      if (step.run !== undefined) {
        const result = run.script(step, env);
        outputs = result.outputs;
        outcome = result.code === 0 ? "success" : "failure";
        log += result.log;
      } else {
        run.action((step.uses ?? "").split("@")[0] ?? "", (await filled(step.with ?? {}, scope())) as Readonly<Record<string, unknown>>);
        outcome = "success";
      }
      failed ||= outcome === "failure";
    }
    if (step.id !== undefined) steps[step.id] = { outcome, outputs };
  }
  const outputs = await texts(job.outputs);
  return { name, result: failed ? "failure" : "success", environment, secrets: [...secrets].sort(), outputs, log };
}
