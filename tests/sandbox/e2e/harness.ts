import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { SiteRelease } from "#af/stacks/site/releases";
import type { FillRelease } from "#af/sandbox/charts/described";
import type { ChartInstall, HelmOptions } from "#af/sandbox/charts/helm";
import { fillRepository } from "#af/sandbox/charts/repository";
import { USUAL_NETWORK } from "#af/sandbox/cell/network";
import { findControlPlane, type RunningControlPlane, startControlPlane, stopControlPlane } from "#af/sandbox/control-plane/control-plane";
import type { RealChoices } from "#af/sandbox/control-plane/real-controllers";
import { readState } from "#af/sandbox/control-plane/state";
import { projectName } from "#af/sandbox/engine/stack-file";
import { SiteFolder } from "#af/sandbox/folders";
import { type Toolbox, toolsAtHand } from "#af/sandbox/tools/toolbox";
import { projectFolder, siteFile } from "#af/stacks/site/project";
import { skipped } from "../../support/skipped";
import type { ServerQuestion } from "./ask";
import { PATIENCE_MS } from "../../support/patience";

/** The built tools. If one is missing, the suite is skipped and says why; in CI it fails. */
export async function toolsOrSkip(context: Mocha.Context): Promise<Toolbox> {
  const { found, missing } = await toolsAtHand();
  if (missing.length === 0) return found as Toolbox;
  const reason = `no ${missing.join(", ")} on PATH, in KUBEBUILDER_ASSETS or in the cache; \`npm run sandbox -- preview SITE\` builds them`;
  return skipped(context, reason);
}

/** How a command ended, and what it printed. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** A line of the API server's audit log. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly stageTimestamp: string;
  readonly responseStatus?: { readonly code: number };
}

/** The counts at the end of a run, such as `{ updated: 1, unchanged: 205 }`, without those of the preview. */
export function changesOf(output: string): Readonly<Record<string, number>> {
  const last = output.slice(output.lastIndexOf("Resources:"));
  const counts = last.matchAll(/(\d+) (created|updated|deleted|replaced|unchanged|errored|to create|to update|to delete|to replace)$/gm);
  return Object.fromEntries([...counts].map(([, count, what]) => [what ?? "", Number(count)]));
}

/** The resources that a run has changed, each once, as `~ kubernetes:core/v1:ResourceQuota name`. */
export function touchedBy(output: string): readonly string[] {
  const update = output.slice(output.lastIndexOf("Updating ("));
  const lines = update.matchAll(/^ ?([-+~]{1,2}) +(\S+:\S+) (\S+) (?:created|updated|deleted|replaced)\b/gm);
  return [...new Set([...lines].map(([, sign, type, name]) => `${sign} ${type} ${name}`))];
}

/** Verbs of requests that change something, unless they are dry runs. */
const WRITING = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Users of the control plane's own parts: Kubernetes', KWOK, and the controller that plays the others. */
const PARTS = /^(system:(apiserver|kube-controller-manager|kube-scheduler|serviceaccount:kube-system:[a-z-]+)|kwok|sandbox-controller)$/;

/** A process and its descendants, parents first, without one of them and its own descendants. */
function descendants(root: number, without: number): number[] {
  const parents = fs.readdirSync("/proc").flatMap((name): (readonly [pid: number, parent: number])[] => {
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
      return [[Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]];
    } catch {
      return [];
    }
  });
  const below = (pid: number): number[] =>
    pid === without ? [] : [pid, ...parents.filter(([, parent]) => parent === pid).flatMap(([child]) => below(child))];
  return below(root);
}

/** Number and command line of each process whose command line holds a text, this process left out. */
export function processesWith(text: string): readonly string[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const line = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return line.includes(text) ? [`${pid} ${line.slice(0, 200)}`] : [];
      } catch {
        return [];
      }
    });
}

/** A sandbox in a temporary folder, which leaves the project's `.sandbox` alone. */
export class TestSandbox {
  readonly base = fs.mkdtempSync(path.join(os.tmpdir(), "af-sandbox-"));
  readonly folder: SiteFolder;
  private asker: { readonly child: ChildProcess; readonly lines: Interface } | undefined;

  constructor(readonly site: string) {
    this.folder = new SiteFolder(site, this.base);
  }

  /**
   * @param real controllers that are to be real; those of the last start if it is left out.
   * @param live the map of programs of pods that are to run as processes.
   */
  start(tools: Toolbox, real?: RealChoices, live?: string): Promise<RunningControlPlane> {
    const signal = new AbortController().signal;
    const choices = { ...(real !== undefined && { real }), ...(live !== undefined && { live }) };
    return startControlPlane({ folder: this.folder, network: USUAL_NETWORK, tools, ...choices, signal, waitingFor: () => undefined });
  }

  /** Runs the sandbox command as a user does, but for the control plane that it starts: that one ends with this test run, however it ends. */
  command(...args: readonly string[]): { readonly child: ChildProcess; readonly finished: Promise<Finished> } {
    return this.commandWith({ AF_SANDBOX_OWNER: String(process.pid) }, ...args);
  }

  /** Runs the sandbox command with further variables of the environment. */
  commandWith(
    env: Readonly<NodeJS.ProcessEnv>,
    ...args: readonly string[]
  ): { readonly child: ChildProcess; readonly finished: Promise<Finished> } {
    const started = Date.now();
    // It runs compiled, as for users: every plugin that Pulumi starts would otherwise load the tests' compiler.
    const child = spawn(process.execPath, [path.join(projectFolder(), "bin", "sandbox", "main.js"), ...args], {
      cwd: projectFolder(),
      env: { ...process.env, AF_SANDBOX: this.base, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const finished = new Promise<Finished>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr, milliseconds: Date.now() - started }));
    });
    return { child, finished };
  }

  /** Asks the API server from inside the cell; rejects with the server's message if it refuses. */
  async ask<T>(question: ServerQuestion): Promise<T> {
    const controlPlane = findControlPlane(this.folder);
    if (controlPlane === undefined) throw new Error("the control plane does not run");
    if (this.asker === undefined) {
      const [command, ...args] = controlPlane.join([process.execPath, "--require", "tsx/cjs", path.join(__dirname, "ask.ts")]);
      const child = spawn(command as string, args, {
        cwd: projectFolder(),
        env: { ...process.env, KUBECONFIG: this.folder.kubeconfig, AF_HELM: JSON.stringify(await this.helmOptions()) },
        stdio: ["pipe", "pipe", "inherit"],
      });
      this.asker = { child, lines: createInterface(child.stdout as NodeJS.ReadableStream) };
    }
    const { child, lines } = this.asker;
    const answered = new Promise<string>((resolve) => lines.once("line", resolve));
    child.stdin?.write(`${JSON.stringify(question)}\n`);
    const { answer, failure } = JSON.parse(await answered) as { answer?: T; failure?: { message: string } };
    if (failure !== undefined) throw new Error(failure.message);
    return answer as T;
  }

  private async helmOptions(): Promise<HelmOptions> {
    const { kubeconfig, authority, helmHome: home } = this.folder;
    return { program: (await toolsAtHand()).found.helm?.path ?? "helm", kubeconfig, authority, home };
  }

  /** Fills the chart repository of the sandbox with charts that hold the described workloads of these releases. */
  async serve(releases: readonly SiteRelease[], fill?: FillRelease): Promise<void> {
    await fillRepository({ folder: this.folder.charts, releases, helm: (await this.helmOptions()).program, ...(fill && { fill }) });
  }

  /** Installs a release by Helm, from the chart repository, which is to serve it. */
  async install({ release, namespace, chart: { name: chart, version }, values }: SiteRelease): Promise<void> {
    const install: ChartInstall = { release, namespace, chart, version, repository: this.charts, values: { ...values } };
    await this.ask({ ask: "install", install });
  }

  /** URL of the chart repository of the sandbox. */
  get charts(): string {
    return findControlPlane(this.folder)?.charts ?? "";
  }

  /** Asks until the answer is as wanted; fails with the last answer after `within` milliseconds. */
  async until<T>(question: ServerQuestion, wanted: (answer: T) => boolean, within = PATIENCE_MS): Promise<T> {
    const end = Date.now() + within;
    for (;;) {
      const answer = await this.ask<T>(question);
      if (wanted(answer)) return answer;
      if (Date.now() > end) throw new Error(`still not so after ${within / 1000} s: ${JSON.stringify(answer).slice(0, 2_000)}`);
      await sleep(100);
    }
  }

  /** A copy of the site's file with a text replaced; fails unless the text is there exactly once. */
  edited(from: string, to: string): string {
    const text = fs.readFileSync(siteFile(this.site), "utf8");
    if (text.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} is not exactly once in ${siteFile(this.site)}`);
    const file = path.join(this.base, `Pulumi.edited-${createHash("sha256").update(to).digest("hex").slice(0, 8)}.yaml`);
    fs.writeFileSync(file, text.replace(from, to));
    return file;
  }

  /** The URNs in the engine's state, and the operations that it believes to be under way. */
  state(): { readonly urns: readonly string[]; readonly pending: readonly string[] } {
    const file = path.join(this.folder.state, ".pulumi", "stacks", projectName(), `${this.site}.json`);
    const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as {
      checkpoint: { latest?: { resources?: { urn: string }[]; pending_operations?: { type: string; resource: { urn: string } }[] } };
    };
    return {
      urns: (checkpoint.latest?.resources ?? []).map(({ urn }) => urn),
      pending: (checkpoint.latest?.pending_operations ?? []).map(({ type, resource }) => `${type} ${resource.urn}`),
    };
  }

  /** Kills a running command and all that it has started with SIGKILL, as a crash would; the control plane stays. */
  crash(child: ChildProcess): void {
    for (const pid of descendants(child.pid ?? 0, readState(this.folder)?.supervisor.pid ?? 0).reverse()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended with its parent.
      }
    }
  }

  /** The writes of the operator since a moment: those of Pulumi, without those of controllers. */
  writesSince(moment: Date): readonly AuditEvent[] {
    return this.allWritesSince(moment).filter(({ user }) => user.username === "facility-operator");
  }

  /** The writes since a moment of whoever is no part of the control plane. */
  strangersWritesSince(moment: Date): readonly AuditEvent[] {
    return this.allWritesSince(moment).filter(({ user }) => !PARTS.test(user.username));
  }

  private allWritesSince(moment: Date): readonly AuditEvent[] {
    return fs
      .readFileSync(this.folder.auditLog, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter((event) => new Date(event.stageTimestamp) >= moment)
      .filter((event) => WRITING.has(event.verb) && !/[?&]dryRun=/.test(event.requestURI));
  }

  /** Command lines of all processes that belong to this sandbox. */
  processes(): readonly string[] {
    return processesWith(this.base);
  }

  /** Ends everything and removes the folder. */
  async remove(): Promise<void> {
    this.asker?.child.kill();
    this.asker = undefined;
    await stopControlPlane(this.folder);
    fs.rmSync(this.base, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    this.asker?.child.kill();
    this.asker = undefined;
    await stopControlPlane(this.folder);
  }
}
