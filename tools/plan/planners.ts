import { fork, type ChildProcess } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import { COMPILE_LATER } from "../../policies/compile-later";
import type { Site } from "../../stacks/site/schema";
import { UsageError } from "../../terminal/failure";
import type { PlanReport, Wanted } from "./reports";

/** One plan that a planner is to make. */
export interface PlanTask {
  readonly site: Site;
  readonly wanted: Wanted;
  /** Folder for the manifests. */
  readonly folder?: string | undefined;
}

/** What a planner answers: the report, or why there is none. */
export type PlanAnswer = { readonly report: PlanReport } | { readonly failure: string; readonly isUsage: boolean };

/**
 * How Node runs a planner, of which there is one for each processor. A plan makes many objects that soon die, and with the 16 MiB of Node's own choice for young
 * objects a sixth of its time goes into collecting them (https://nodejs.org/docs/latest-v20.x/api/cli.html#--max-semi-space-sizesize-in-megabytes).
 * Node collects, and compiles code that runs often, beside the program, where another planner runs already. So a planner collects by itself, and compiles later.
 */
const PLANNER = [...["--max-semi-space-size=128", "--min-semi-space-size=128", "--single-threaded-gc"], ...COMPILE_LATER];

/** Processes that make plans side by side, as many as there are processors. They load the program while whoever started them reads the sites. */
export class Planners {
  private readonly processes: readonly ChildProcess[];

  /** @param most plans that will be asked for. */
  constructor(most: number) {
    const execArgv = [...process.execArgv, ...PLANNER];
    this.processes = Array.from({ length: Math.min(most, os.availableParallelism()) }, () =>
      fork(path.join(__dirname, `planner${path.extname(__filename)}`), { execArgv, serialization: "advanced" }),
    );
  }

  /**
   * Makes the plans, each on the next process that has nothing to do.
   * @param made is told each plan that is ready.
   * @returns the reports in the order of the tasks.
   * @throws {UsageError} of the first plan that ended with one; the others of that moment are given up.
   * @throws {Error} if a process fails, with its message.
   */
  async reports(tasks: readonly PlanTask[], made: (report: PlanReport) => void): Promise<readonly PlanReport[]> {
    const reports: PlanReport[] = [];
    const waiting = [...tasks.entries()];
    await Promise.all(
      this.processes.map(async (planner) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [index, task] = next;
          const report = await planned(planner, task);
          made(report);
          reports[index] = report;
        }
      }),
    );
    return reports;
  }

  [Symbol.dispose](): void {
    for (const planner of this.processes) planner.kill();
  }
}

function planned(planner: ChildProcess, task: PlanTask): Promise<PlanReport> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: NodeJS.Signals | null) =>
      reject(new Error(`the plan of ${task.site.site.name} was cut off: its process ended with ${signal ?? code}`));
    planner.once("exit", ended);
    planner.once("message", (answer: PlanAnswer) => {
      planner.off("exit", ended);
      if ("report" in answer) resolve(answer.report);
      else reject(answer.isUsage ? new UsageError(answer.failure) : new Error(answer.failure));
    });
    planner.send(task);
  });
}
