import { execFile, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "#af/sandbox/folders";
import { withLock } from "#af/sandbox/tools/lock";
import { skipped } from "./skipped";

const run = promisify(execFile);

/**
 * The folder into which a package of PyPI is installed without its dependencies, once for all suites of the user; else the suite is skipped
 * with the reason, and fails in CI.
 */
export async function requirePackage(suite: Mocha.Context, name: string, version: string): Promise<string> {
  const folder = path.join(cacheFolder(), `pypi-${name}-${version}`);
  if (fs.existsSync(folder)) return folder;
  if (spawnSync("python3", ["-m", "pip", "--version"]).status !== 0) return skipped(suite, "no python3 with pip");
  const quiet = (): void => undefined;
  return withLock(`${folder}.lock`, quiet, async () => {
    if (fs.existsSync(folder)) return folder;
    const draft = `${folder}.installing`;
    // Only the holder of the lock works here, so a draft that exists was left by an installer that was killed.
    fs.rmSync(draft, { recursive: true, force: true });
    const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", draft, `${name}==${version}`];
    try {
      await run("python3", args, { timeout: 180_000 });
    } catch (error) {
      const said = String((error as { readonly stderr?: string }).stderr ?? error).trim();
      return skipped(suite, `pip installs no ${name} ${version}: ${said.split("\n").at(-1) ?? ""}`);
    }
    fs.renameSync(draft, folder);
    return folder;
  });
}
