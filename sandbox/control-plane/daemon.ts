import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailure } from "../../terminal/failure";
import { saysDiskFull } from "../disk";
import type { SiteFolder } from "../folders";
import { recordOf, tied } from "../processes";
import type { DaemonRecord } from "./state";

/** How a daemon is started, and how it shows that it is ready. */
export interface DaemonDefinition {
  readonly name: string;
  readonly command: readonly string[];
  /** URL that answers 200 once the daemon is ready; a daemon without one is ready as soon as it runs. */
  readonly health?: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** True for a daemon that is started again when it ends, instead of ending the control plane. */
  readonly restarts?: boolean;
}

/** Milliseconds until a daemon must answer: much more than the few seconds that the API server takes, for the sake of busy machines. */
const READY_WITHIN = 120_000;

/** Milliseconds before a daemon is started again, the first time and at most; as a kubelet does it, but for impatient people. */
const PAUSE = { first: 500, longest: 10_000 };

/** Milliseconds after which a daemon counts as running well, so that its next end is a first one. */
const RAN_WELL = 60_000;

/** A daemon that runs as a child of the supervisor, and ends together with it, however the supervisor ends. */
export class Daemon {
  private child!: ChildProcess;
  private exit: string | undefined;
  private stopping = false;
  private pause = PAUSE.first;
  private next: NodeJS.Timeout | undefined;
  private readonly log: string;
  /** The daemon's process, as the state file records it. */
  record!: DaemonRecord;

  /**
   * @param died called when the daemon has ended by itself for good.
   * @param restarted called when the daemon has a new process.
   */
  constructor(
    private readonly definition: DaemonDefinition,
    private readonly folder: SiteFolder,
    private readonly died: (failure: CommandFailure) => void,
    private readonly restarted: () => void = () => undefined,
  ) {
    this.log = folder.log(definition.name);
    this.start("w");
  }

  private start(mode: "w" | "a"): void {
    const { definition, folder } = this;
    const out = fs.openSync(this.log, mode, 0o600);
    const [command, ...args] = tied(definition.command, "KILL");
    const child = spawn(command as string, args, {
      stdio: ["ignore", out, out],
      env: { ...process.env, ...definition.env },
      cwd: folder.root,
    });
    fs.closeSync(out);
    this.child = child;
    this.record = { name: definition.name, ...recordOf(child.pid ?? process.pid) };
    const began = Date.now();
    if (child.pid !== undefined) fs.writeFileSync(folder.file(`${definition.name}.pid`), `${child.pid}\n`);
    child.once("error", (error) => this.ended(error.message, began));
    child.once("exit", (code, signal) => {
      fs.rmSync(folder.file(`${definition.name}.pid`), { force: true });
      this.ended(signal === null ? `exit code ${code}` : `signal ${signal}`, began);
    });
  }

  /**
   * Waits until the daemon answers.
   * @throws {CommandFailure} with the reason from its log if it ends before, or takes too long.
   */
  async ready(): Promise<this> {
    const until = Date.now() + READY_WITHIN;
    while (this.exit === undefined) {
      if (this.definition.health === undefined || (await answers(this.definition.health))) return this;
      if (Date.now() > until) throw this.failure(`did not become ready within ${READY_WITHIN / 1000} s`);
      await sleep(50);
    }
    throw this.failure(`ended (${this.exit})`);
  }

  /** Terminates the daemon, and kills it if it does not end within `patience` milliseconds. */
  async stop(patience = 8_000): Promise<void> {
    this.stopping = true;
    if (this.next !== undefined) {
      clearTimeout(this.next);
      this.exit = "between two starts";
      return;
    }
    this.child.kill("SIGTERM");
    const until = Date.now() + patience;
    while (this.exit === undefined && Date.now() < until) await sleep(20);
    if (this.exit === undefined) this.child.kill("SIGKILL");
    while (this.exit === undefined) await sleep(20);
  }

  private ended(how: string, began: number): void {
    if (this.exit !== undefined) return;
    if (this.definition.restarts !== true || this.stopping) {
      this.exit = how;
      if (!this.stopping) this.died(this.failure(`ended (${how})`));
      return;
    }
    if (this.next !== undefined) return;
    if (Date.now() - began > RAN_WELL) this.pause = PAUSE.first;
    try {
      fs.appendFileSync(this.log, `sandbox: ${this.definition.name} ended (${how}); it is started again in ${this.pause / 1000} s\n`);
    } catch {
      // A full disk is no reason to end the control plane.
    }
    this.next = setTimeout(() => {
      this.next = undefined;
      this.start("a");
      this.restarted();
    }, this.pause);
    this.pause = Math.min(this.pause * 2, PAUSE.longest);
  }

  private failure(what: string): CommandFailure {
    return new CommandFailure(`${this.definition.name} ${what}: ${lastWords(this.log)} [${this.log}]`);
  }
}

/** The line of a log that says why a daemon gave up: the last one about an error, else the last one. */
export function lastWords(log: string): string {
  let lines: readonly string[];
  try {
    lines = fs
      .readFileSync(log, "utf8")
      .slice(-20_000)
      .split("\n")
      .filter((line) => line.trim() !== "");
  } catch {
    return "it left no log";
  }
  if (lines.some(saysDiskFull)) return "the disk is full (no space left on device)";
  const port = lines.findLast((line) => /address already in use/.test(line));
  if (port !== undefined)
    return `its port is taken (${/\d+\.\d+\.\d+\.\d+:\d+/.exec(port)?.[0] ?? "address already in use"}); end what listens there`;
  // klog and zap begin a line with level, time and source.
  const words = lines.findLast((line) => /^[EF]\d{4}|"level":"(fatal|error)"|^Error|panic:|err=/i.test(line)) ?? lines.at(-1);
  return words?.replace(/^[EFWI]\d{4} \S+\s+\d+ \S+\] /, "").slice(0, 300) ?? "its log is empty";
}

/** True if a URL answers 200. Certificates are not checked: the daemons sign their own, and only loopback is asked. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (response: http.IncomingMessage): void => {
      response.resume();
      resolve(response.statusCode === 200);
    };
    const request = url.startsWith("https:")
      ? https.get(url, { rejectUnauthorized: false, timeout: 2_000 }, done)
      : http.get(url, { timeout: 2_000 }, done);
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
  });
}
