import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tied } from "../processes";
import type { PodNetwork } from "./network";
import { identityFlags, type Launch, launchCommand, STARTED } from "./root";

/** How a container's program has ended. */
export interface Ended {
  readonly exitCode: number;
  readonly signal?: number;
  /** False if it never started: its program is not there. */
  readonly started: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** Numbers of signals: https://man7.org/linux/man-pages/man7/signal.7.html */
const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** The program of a container, from its start to its end, with everything that it starts itself. */
export class ContainerProcess {
  readonly startedAt = timestamp();
  /** Set once it has ended. */
  ended: Ended | undefined;
  private readonly child: ChildProcess;
  private readonly over: Promise<void>;

  /** @param log file to which its output goes. */
  constructor(
    private readonly launch: Launch,
    private readonly network: PodNetwork,
    log: string,
    done: () => void,
  ) {
    fs.mkdirSync(launch.folder, { recursive: true });
    fs.rmSync(path.join(launch.folder, STARTED), { force: true });
    const [command = "", ...args] = tied(network.join(launchCommand(launch)), "KILL");
    const out = fs.openSync(log, "w", 0o600);
    this.child = spawn(command, args, { stdio: ["ignore", out, out], cwd: "/" });
    fs.closeSync(out);
    this.over = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        // unshare ends as its child has ended, by a signal too.
        const number = signal === null ? undefined : (SIGNALS[signal] ?? 0);
        const exitCode = code ?? 128 + (number ?? 0);
        this.ended = {
          ...{ exitCode, startedAt: this.startedAt, finishedAt: timestamp() },
          started: fs.existsSync(path.join(launch.folder, STARTED)),
          ...(number !== undefined && { signal: number }),
        };
        resolve();
        done();
      };
      this.child.once("exit", end);
      this.child.once("error", () => end(1, null));
    });
  }

  /** True while it runs and its program has been started. */
  get isRunning(): boolean {
    return this.ended === undefined && fs.existsSync(path.join(this.launch.folder, STARTED));
  }

  /** The first process of the container, as this process sees it; undefined if there is none any more. */
  private get first(): number | undefined {
    try {
      const children = fs.readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, "utf8");
      return Number(children.trim().split(" ")[0]) || undefined;
    } catch {
      return undefined;
    }
  }

  /** The command line that runs a command inside the container, as its user and with its environment. */
  join(command: readonly string[]): readonly string[] {
    const env = Object.entries(this.launch.env).map(([name, value]) => `${name}=${value}`);
    const target = String(this.first ?? 0);
    const become = ["setpriv", ...identityFlags(this.launch)];
    return ["nsenter", "--target", target, "--net", "--mount", "--pid", "--root", "--wd", "--", ...become, "env", "-i", ...env, ...command];
  }

  /** Asks it to end, and kills it after some seconds. */
  async stop(seconds: number): Promise<void> {
    if (this.ended !== undefined) return;
    const first = this.first;
    if (first !== undefined && seconds > 0) {
      try {
        process.kill(first, "SIGTERM");
      } catch {
        // It has ended by itself meanwhile.
      }
      await Promise.race([this.over, sleep(seconds * 1000, undefined, { ref: false })]);
    }
    // The end of its first process is the end of all.
    if (this.first !== undefined) process.kill(this.first, "SIGKILL");
    this.child.kill("SIGKILL");
    await this.over;
  }
}

/** The time as Kubernetes writes it. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
