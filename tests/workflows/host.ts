import * as fs from "node:fs";
import * as path from "node:path";
import { execFileSync } from "node:child_process";
import type { Run } from "./runner";
import { runStep } from "./steps";
import { Tracker } from "./tracker";
import { clonedProject } from "./clone";

/** Actions that leave nothing behind that a script would miss here. */
const QUIET = /^actions\/(setup-node|setup-go|cache)$/;

/** A machine of GitHub's with a clone of the project, on which workflows run, and stand-ins for the programs that a test gives. */
export class WorkflowHost {
  readonly clone: string;
  readonly tracker: Tracker;
  private readonly bin: string;

  /**
   * @param folder an empty folder.
   * @param repository whether the clone is a repository with one commit.
   */
  constructor(
    readonly folder: string,
    private readonly repository: boolean,
  ) {
    this.clone = clonedProject(folder);
    this.bin = path.join(folder, "bin");
    fs.mkdirSync(this.bin);
    if (repository) {
      this.git("init", "--quiet");
      this.git("add", "--all");
      this.git("commit", "--quiet", "--message", "base");
    }
    this.tracker = new Tracker(folder, repository ? ["head"] : []);
    // Pulumi is not downloaded, and packages are there.
    this.program("curl", "echo true");
  }

  git(...args: readonly string[]): string {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    return execFileSync("git", [...who, ...args], { cwd: this.clone, encoding: "utf8" }).trim();
  }

  /** Puts a script of a shell first on PATH; it finds the real program by `real`. */
  program(name: string, script: string): void {
    const others = `real() { PATH="$(printf %s "$PATH" | sed 's|${this.bin}:||g')" "$@"; }`;
    fs.writeFileSync(path.join(this.bin, name), `#!/bin/bash\n${others}\n${script}\n`, { mode: 0o755 });
  }

  /** What a workflow runs with after an event. */
  run(github: Readonly<Record<string, unknown>>, secretsOf: Run["secretsOf"]): Run {
    const PATH = [this.bin, this.tracker.bin, process.env["PATH"] ?? ""].join(path.delimiter);
    const about = { repository: "o/r", token: "token", server_url: "https://example.org", run_id: "1", ...github };
    return {
      github: about,
      secretsOf,
      script: (step, env) => runStep(step, this.clone, { ...env, PATH }),
      action: (name, inputs) => this.act(name, inputs),
    };
  }

  private act(name: string, inputs: Readonly<Record<string, unknown>>): void {
    if (QUIET.test(name)) return;
    switch (name) {
      case "actions/checkout":
        // A job finds nothing of another one.
        if (this.repository) this.git("clean", "--quiet", "--force", "-d");
        return;
      case "actions/upload-artifact": {
        const target = path.join(this.tracker.artifacts, String(inputs["name"]));
        fs.rmSync(target, { recursive: true, force: true });
        fs.cpSync(path.join(this.clone, String(inputs["path"])), target, { recursive: true });
        return;
      }
      default:
        throw new Error(`the runner of tests does not know the action ${name}`);
    }
  }
}
