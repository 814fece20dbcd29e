import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "../../stacks/site/project";
import { reasonOf, UsageError } from "../../terminal/failure";
import type { ProgressSteps } from "../../terminal/progress";
import { archiveOf, commitOf, filesSince } from "../repository";
import { reachOf } from "../site/affected";
import { plannedState, type PlannedState } from "./planned-state";

/** Bytes that a plan's document may have. UNL's has 0.6 MB. */
const LARGEST = 2 ** 28;

/** A state of the repository, laid into a folder of its own, in which its own code plans its own sites. */
export class EarlierState implements Disposable {
  private readonly folder: string;
  /** Files that differ between this state and what lies here. */
  private readonly differing: readonly string[];
  private built = false;

  /**
   * @param ref anything that git takes for a commit, such as `origin/main`.
   * @throws {UsageError} if git does not know it, or this is no repository.
   */
  constructor(
    readonly ref: string,
    private readonly progress: ProgressSteps,
  ) {
    const commit = commitOf(ref);
    this.differing = filesSince(commit);
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-earlier-"));
    execFileSync("tar", ["-x", "-C", this.folder], { input: archiveOf(commit) });
  }

  /**
   * The plan of a site in this state; undefined if the site was not there.
   * @throws {UsageError} if the site could not be planned there: what it said.
   */
  plan(site: string): PlannedState | undefined {
    const file = `Pulumi.${site}.yaml`;
    if (!fs.existsSync(path.join(this.folder, file))) return undefined;
    const program = this.differing.every(decidesNothing) ? projectFolder() : this.build();
    this.progress.step(`planning ${site} as of ${this.ref}`);
    const { stdout, stderr, status, error } = spawnSync(
      process.execPath,
      [path.join(program, "bin", "tools", "plan.js"), site, "--json", "--config-file", path.join(this.folder, file)],
      { cwd: program, encoding: "utf8", maxBuffer: LARGEST },
    );
    if (error) throw new UsageError(`${site} as of ${this.ref}: cannot be planned: ${reasonOf(error)}`);
    // A plan that does not pass ends with 1 and is a plan all the same.
    if (status === 0 || status === 1) {
      try {
        return plannedState(JSON.parse(stdout), `${site} as of ${this.ref}`);
      } catch (failure) {
        if (failure instanceof UsageError) throw failure;
      }
    }
    throw new UsageError(`${site} as of ${this.ref}: cannot be planned, so what changes is not known:\n${stderr.trim()}`);
  }

  /** Compiles the code of this state, with the packages of today where its lock file is the same. */
  private build(): string {
    if (this.built) return this.folder;
    this.progress.step(`building the state ${this.ref}`);
    const [root, modules] = [projectFolder(), path.join(this.folder, "node_modules")];
    if (!this.differing.includes("package-lock.json")) fs.symlinkSync(path.join(root, "node_modules"), modules, "dir");
    else run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], this.folder, this.ref);
    run(process.execPath, [path.join(modules, "typescript", "bin", "tsc"), "--build"], this.folder, this.ref);
    this.built = true;
    return this.folder;
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** True if today's code gives the same plan of a site file, though this file differs. What prints a plan is its code too. */
function decidesNothing(file: string): boolean {
  const reach = reachOf(file);
  return !(reach.kind === "every site" && reach.known) && !file.startsWith("tools/");
}

function run(program: string, args: readonly string[], cwd: string, ref: string): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8", maxBuffer: LARGEST });
  if (status !== 0) throw new UsageError(`the state ${ref} cannot be built: ${error ? reasonOf(error) : `${stdout}${stderr}`.trim()}`);
}
