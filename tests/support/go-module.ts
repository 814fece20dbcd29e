import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { skipped } from "./skipped";

const run = promisify(execFile);

/** A Go module in one version. */
export interface GoModule {
  readonly name: string;
  readonly version: string;
  /** Its sum as go.sum has it, for a version that the checksum database does not answer for. */
  readonly sum?: string;
}

/**
 * The folder of a Go module's sources, which Go downloads once and checks against the checksum database or the given sum; else the suite is
 * skipped with the reason, and fails in CI.
 * @throws if the module is not the one of the given sum.
 */
export async function requireModule(suite: Mocha.Context, { name, version, sum }: GoModule): Promise<string> {
  const { Dir: folder, Sum: found } = await downloaded(suite, `${name}@${version}`, sum === undefined ? {} : { GONOSUMDB: name });
  if (sum !== undefined && found !== sum) throw new Error(`the sum of ${name} ${version} is ${found}, and ${sum} is expected`);
  return folder;
}

async function downloaded(
  suite: Mocha.Context,
  versioned: string,
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<{ readonly Dir: string; readonly Sum: string }> {
  try {
    const env = { ...process.env, GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "", ...variables };
    const { stdout } = await run("go", ["mod", "download", "-json", versioned], { env, timeout: 120_000, cwd: "/" });
    return JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
  } catch (error) {
    return skipped(suite, `no Go module ${versioned}: ${(error as Error).message.split("\n")[0]}`);
  }
}
