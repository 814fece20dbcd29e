import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { tied } from "#af/sandbox/processes";
import { PATIENCE_MS } from "./patience";

/** A program that a suite starts. It ends with the runner of the tests, even if that is killed, and what it prints is kept. */
export class StartedProgram {
  /** Everything that it has printed. */
  log = "";
  private readonly child: ChildProcess;

  /** @param signal with which it ends if the runner dies; a program that has started others ends them at TERM. */
  constructor(
    command: readonly string[],
    options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
    signal: "KILL" | "TERM" = "KILL",
  ) {
    const [program = "", ...args] = tied(command, signal);
    this.child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (data: Buffer) => {
        this.log += data.toString();
      });
    // What it leaves behind holds its pipes, and must not hold the suite until it ends too.
    this.child.once("exit", () => {
      for (const stream of [this.child.stdout, this.child.stderr]) if (stream instanceof net.Socket) stream.unref();
    });
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /**
   * Waits until something holds.
   * @param within milliseconds.
   * @throws {Error} with what the program has printed, if it ends before or the time is over.
   */
  async until(what: string, holds: () => Promise<boolean>, within = PATIENCE_MS): Promise<void> {
    const end = Date.now() + within;
    while (!(await holds().catch(() => false))) {
      if (this.ended || Date.now() > end) throw new Error(`never: ${what}: ${this.log}`);
      await sleep(100);
    }
  }

  /**
   * Ends the program, and waits until it has ended.
   * @param patience milliseconds in which it may end by itself after a TERM; none unless given.
   */
  async stop(patience = 0): Promise<void> {
    if (this.ended) return;
    const gone = once(this.child, "exit");
    if (patience > 0) {
      this.child.kill("SIGTERM");
      await Promise.race([gone, sleep(patience, undefined, { ref: false })]);
    }
    this.child.kill("SIGKILL");
    await gone;
  }
}
