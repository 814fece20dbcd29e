import { execFile, execFileSync } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { provideEnvironment } from "#af/sandbox/live/python";
import { skipped } from "./skipped";

const run = promisify(execFile);

/** A Python environment with the packages of a requirements file. */
export interface PythonEnvironment {
  /** Its interpreter. */
  readonly python: string;
  /** The version of an installed package. */
  versionOf(name: string): string;
  /** Runs a file, gives it a value as JSON on standard input, and returns what it prints last, as JSON. */
  ask(file: string, given: unknown, env?: Readonly<NodeJS.ProcessEnv>): Promise<unknown>;
}

/**
 * The environment that pip makes of a requirements file, in the cache of built tools: made once, and again when the file or Python changes.
 * Where there is no Python, or pip reaches no index, the suite is skipped and says why; in CI it fails.
 */
export async function pythonEnvironment(suite: Mocha.Context, requirements: string): Promise<PythonEnvironment> {
  try {
    return environmentIn(
      await provideEnvironment(requirements, { waiting: (pid) => console.log(`      process ${pid} installs ${requirements}`) }),
    );
  } catch (error) {
    return skipped(suite, `${path.basename(requirements)}: ${(error as Error).message.split("\n").slice(0, 5).join("\n")}`);
  }
}

function environmentIn(folder: string): PythonEnvironment {
  const python = path.join(folder, "bin", "python");
  return {
    python,
    versionOf: (name) =>
      execFileSync(python, ["-c", "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))", name], { encoding: "utf8" }).trim(),
    ask: async (file, given, env = {}) => {
      const asked = run(python, [file], { timeout: 180_000, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } });
      asked.child.stdin?.end(JSON.stringify(given));
      return JSON.parse((await asked).stdout.trim().split("\n").at(-1) ?? "") as unknown;
    },
  };
}
