import { spawn, type ChildProcess } from "node:child_process";

/** A Node process to start, and who gets what it prints. */
export interface Launch {
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** The Node processes that the language host has started; they end together with it. */
export class Processes {
  private readonly running = new Set<ChildProcess>();

  /** Starts Node. `ended` resolves with the exit code once the process has ended and its output was read; 128 if a signal ended it. */
  start(launch: Launch): { readonly stop: () => void; readonly ended: Promise<number> } {
    const child = spawn(process.execPath, launch.arguments, {
      cwd: launch.folder,
      env: launch.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    child.stdout.on("data", launch.onStdout);
    child.stderr.on("data", launch.onStderr);
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 128));
    }).finally(() => this.running.delete(child));
    return { stop: () => endProcess(child), ended };
  }

  /** Ends every process that is still running, without waiting. */
  stopAll(): void {
    for (const child of this.running) child.kill("SIGKILL");
  }
}

/** Interrupts a process, and kills it after five seconds, as the engine does with its plugins. */
function endProcess(child: ChildProcess): void {
  if (child.exitCode !== null) return;
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), 5000).unref();
}
