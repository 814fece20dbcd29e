import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "#af/sandbox/folders";
import { withLock } from "#af/sandbox/tools/lock";
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
    return environmentIn(await provide(requirements));
  } catch (error) {
    return skipped(suite, `${path.basename(requirements)}: ${(error as Error).message.split("\n").slice(0, 5).join("\n")}`);
  }
}

async function provide(requirements: string): Promise<string> {
  const { stdout } = await run("python3", ["-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]);
  const hash = createHash("sha256").update(stdout.trim()).update(fs.readFileSync(requirements)).digest("hex").slice(0, 16);
  const folder = path.join(cacheFolder(), `python-${hash}`);
  // The scripts of an environment have its path in them, so it is made where it stays; the mark says that it is whole.
  const whole = path.join(folder, "whole");
  if (fs.existsSync(whole)) return folder;
  return withLock(
    `${folder}.lock`,
    (pid) => console.log(`      process ${pid} makes ${folder}`),
    async () => {
      if (fs.existsSync(whole)) return folder;
      fs.rmSync(folder, { recursive: true, force: true });
      await run("python3", ["-m", "venv", folder]);
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"];
      await run(path.join(folder, "bin", "python"), [...pip, "-r", requirements], { timeout: 600_000 });
      fs.writeFileSync(whole, "");
      return folder;
    },
  );
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
