import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { skipped } from "./skipped";

const run = promisify(execFile);

/**
 * The folder of a Go module's sources, which Go downloads once and checks against the checksum database; else the suite is skipped with the
 * reason, and fails in CI.
 */
export async function requireModule(suite: Mocha.Context, name: string, version: string): Promise<string> {
  try {
    const env = { ...process.env, GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "" };
    const { stdout } = await run("go", ["mod", "download", "-json", `${name}@${version}`], { env, timeout: 120_000, cwd: "/" });
    return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
  } catch (error) {
    return skipped(suite, `no Go module ${name} ${version}: ${(error as Error).message.split("\n")[0]}`);
  }
}
