import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { projectFolder } from "../../stacks/site/project";
import { CommandFailure } from "../../terminal/failure";
import { cacheFolder } from "../folders";
import { withLock } from "../tools/lock";

const run = promisify(execFile);

const LIVE = path.join(projectFolder(), "sandbox", "live");

/** Requirements of the hub: what the image of the pinned chart holds. */
export const HUB_PACKAGES = path.join(LIVE, "hub.txt");
/** Requirements of a user's server. */
export const USER_PACKAGES = path.join(LIVE, "user.txt");

/** Milliseconds in which pip must have installed everything. */
const PATIENCE = 900_000;

/** Who is told how an environment comes about; each is called only if it has to be made. */
export interface InstallWatcher {
  /** Another process makes the same one. */
  readonly waiting?: (pid: number) => void;
  /** @param count number of packages, and the folder where they will be. */
  readonly begins?: (count: number, folder: string) => void;
  /** @param line what pip says that it does. */
  readonly says?: (line: string) => void;
}

/**
 * The folder of the Python environment that pip makes of a requirements file, in the cache of built tools: made once, and again when the file or
 * Python changes. Only finished packages are installed, without those that they ask for, so the file names all of them.
 * @throws {CommandFailure} in the words of Python or pip if it cannot be made.
 */
export async function provideEnvironment(requirements: string, watcher: InstallWatcher = {}, signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await run("python3", ["-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]);
    const text = fs.readFileSync(requirements, "utf8");
    const hash = createHash("sha256").update(stdout.trim()).update(text).digest("hex").slice(0, 16);
    const folder = path.join(cacheFolder(), `python-${hash}`);
    // The scripts of an environment have its path in them, so it is made where it stays; the mark says that it is whole.
    const whole = path.join(folder, "whole");
    if (fs.existsSync(whole)) return folder;
    return await withLock(
      `${folder}.lock`,
      (pid) => watcher.waiting?.(pid),
      async () => {
        if (fs.existsSync(whole)) return folder;
        watcher.begins?.(text.split("\n").filter((line) => /^[A-Za-z0-9]/.test(line)).length, folder);
        fs.rmSync(folder, { recursive: true, force: true });
        await run("python3", ["-m", "venv", folder]);
        await install(path.join(folder, "bin", "python"), requirements, watcher, signal);
        fs.writeFileSync(whole, "");
        return folder;
      },
    );
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    throw new CommandFailure(`The packages of ${requirements} cannot be installed: ${said.split("\n").slice(-5).join("\n")}`);
  }
}

async function install(python: string, requirements: string, { says }: InstallWatcher, signal?: AbortSignal): Promise<void> {
  const pip = ["-m", "pip", "install", "--progress-bar", "off", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"];
  const child = spawn(python, [...pip, "-r", requirements], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE,
    ...(signal && { signal }),
  });
  createInterface(child.stdout).on("line", (line) => says?.(line));
  let problems = "";
  child.stderr.on("data", (data: Buffer) => (problems += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(problems.trim() || `pip ended with ${code ?? "a signal"}`);
}

/** The folders that a program of an environment needs: the environment's own, and that of the Python that it was made with. */
export function foldersOf(environment: string): readonly string[] {
  const base = path.dirname(path.dirname(fs.realpathSync(path.join(environment, "bin", "python"))));
  return [environment, ...(base === "/usr" ? [] : [base])];
}
