import { spawn, type ChildProcess } from "node:child_process";

/** A Node process to start, and who gets what it prints. */
export interface Launch {
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** The Node processes that the language host has started; all of them end with it. */
export class Processes {
  private readonly running = new Set<ChildProcess>();

  /** Starts Node. `ended` settles once the process is gone and its output has been read; the code is that of the shell when a signal ended it. */
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

/** Asks first and insists after five seconds, as the engine does with its plugins. */
function endProcess(child: ChildProcess): void {
  if (child.exitCode !== null) return;
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), 5000).unref();
}
