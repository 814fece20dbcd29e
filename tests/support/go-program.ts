import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "#af/sandbox/folders";
import { withLock } from "#af/sandbox/tools/lock";

const run = promisify(execFile);

/** Milliseconds that a build may take: ten minutes, for a machine that does other things too. */
const PATIENCE = 600_000;

/**
 * A program that Go builds from a module beside the tests, once for all suites of the user; else the suite is skipped with the reason, and
 * fails in CI.
 * @param name of the program and of the folder of its go.mod beside this file.
 * @param main the main package.
 */
export async function requireProgram(suite: Mocha.Context, name: string, main: string): Promise<string> {
  const folder = path.join(__dirname, name);
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(fs.readFileSync(path.join(folder, file)));
  const built = path.join(cacheFolder(), `${name}-${hash.digest("hex").slice(0, 16)}`, name);
  if (fs.existsSync(built)) return built;
  const quiet = (): void => undefined;
  return withLock(`${path.dirname(built)}.lock`, quiet, async () => {
    if (fs.existsSync(built)) return built;
    const draft = `${built}.building`;
    const env = { ...process.env, GOTOOLCHAIN: "local", CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" };
    const args = ["build", "-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false", "-ldflags", "-s -w", "-o", draft, main];
    try {
      await run("go", args, { cwd: folder, env, timeout: PATIENCE });
    } catch (error) {
      const said = String((error as { readonly stderr?: string }).stderr ?? error).trim();
      const reason = `Go builds no ${name}: ${said.split("\n").at(-1) ?? ""}`;
      if (process.env["CI"] === "true") throw new Error(`${reason}; CI must not skip this suite`);
      console.log(`      skipped: ${reason}`);
      return suite.skip();
    }
    fs.renameSync(draft, built);
    return built;
  });
}
