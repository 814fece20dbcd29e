import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailure } from "../../terminal/failure";
import type { SiteFolder } from "../folders";
import { recordOf, tied } from "../processes";
import type { DaemonRecord } from "./state";

/** How a daemon is started, and how one sees that it is ready. */
export interface DaemonDefinition {
  readonly name: string;
  readonly command: readonly string[];
  /** URL that answers 200 when the daemon is ready; without one it is ready as soon as it runs. */
  readonly health?: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/** How long a daemon may take until it answers, in milliseconds: the API server needs 4 s on two idle cores. */
const READY_WITHIN = 120_000;

/** A running child of the supervisor. It ends with its supervisor, however that ends. */
export class Daemon {
  private readonly child: ChildProcess;
  private exit: string | undefined;
  private stopping = false;
  private readonly log: string;
  /** The process, as the state file names it. */
  readonly record: DaemonRecord;

  constructor(
    private readonly definition: DaemonDefinition,
    folder: SiteFolder,
    private readonly died: (failure: CommandFailure) => void,
  ) {
    this.log = folder.log(definition.name);
    const out = fs.openSync(this.log, "w", 0o600);
    const [command, ...args] = tied(definition.command, "KILL");
    this.child = spawn(command as string, args, {
      stdio: ["ignore", out, out],
      env: { ...process.env, ...definition.env },
      cwd: folder.root,
    });
    fs.closeSync(out);
    this.record = { name: definition.name, ...recordOf(this.child.pid ?? process.pid) };
    if (this.child.pid !== undefined) fs.writeFileSync(folder.file(`${definition.name}.pid`), `${this.child.pid}\n`);
    this.child.once("error", (error) => this.ended(error.message));
    this.child.once("exit", (code, signal) => {
      fs.rmSync(folder.file(`${definition.name}.pid`), { force: true });
      this.ended(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  }

  /** Waits until it answers; throws with the reason from its log when it ends first or takes too long. */
  async ready(): Promise<this> {
    const until = Date.now() + READY_WITHIN;
    while (this.exit === undefined) {
      if (this.definition.health === undefined || (await answers(this.definition.health))) return this;
      if (Date.now() > until) throw this.failure(`did not become ready within ${READY_WITHIN / 1000} s`);
      await sleep(50);
    }
    throw this.failure(`ended (${this.exit})`);
  }

  /** Asks it to end, and ends it when it does not within `patience` milliseconds. */
  async stop(patience = 8_000): Promise<void> {
    this.stopping = true;
    this.child.kill("SIGTERM");
    const until = Date.now() + patience;
    while (this.exit === undefined && Date.now() < until) await sleep(20);
    if (this.exit === undefined) this.child.kill("SIGKILL");
    while (this.exit === undefined) await sleep(20);
  }

  private ended(how: string): void {
    if (this.exit !== undefined) return;
    this.exit = how;
    if (!this.stopping) this.died(this.failure(`ended (${how})`));
  }

  private failure(what: string): CommandFailure {
    return new CommandFailure(`${this.definition.name} ${what}: ${lastWords(this.log)} [${this.log}]`);
  }
}

/** The line of a log that tells why its writer gave up: the last one that speaks of an error, else the last one. */
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
  const port = lines.findLast((line) => /address already in use/.test(line));
  if (port !== undefined)
    return `its port is taken (${/\d+\.\d+\.\d+\.\d+:\d+/.exec(port)?.[0] ?? "address already in use"}); end what listens there`;
  // klog and zap put a header before the words: level, time, source line.
  const words = lines.findLast((line) => /^[EF]\d{4}|"level":"(fatal|error)"|^Error|panic:|err=/i.test(line)) ?? lines.at(-1);
  return words?.replace(/^[EFWI]\d{4} \S+\s+\d+ \S+\] /, "").slice(0, 300) ?? "its log is empty";
}

/** Liveness over loopback only; the certificates are the daemons' own, so there is nobody to vouch for them. */
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
