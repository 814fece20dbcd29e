import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { requirePrograms } from "./programs";
import { StartedProgram } from "./started-program";

const run = promisify(execFile);

/** An XRootD server that a suite started. */
export interface RunningXrootd {
  readonly program: StartedProgram;
  /** `host:port` on loopback. */
  readonly address: string;
}

/** What {@link startXrootd} may be told. */
export interface XrootdOptions {
  /** Tells several servers in one folder apart; `door` unless given. */
  readonly name?: string;
  /** Folder whose files it serves; `files` in the folder of the suite unless given. */
  readonly root?: string;
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
  /** TCP port; a free one unless given. */
  readonly port?: number;
}

/**
 * Starts XRootD with the files of a folder below `/store`, readable by anybody, on loopback, and waits until it answers a client.
 * Where the machine has no XRootD, the suite or test is skipped and says so; in CI it fails.
 */
export async function startXrootd(suite: Mocha.Context, folder: string, options: XrootdOptions = {}): Promise<RunningXrootd> {
  requirePrograms(suite, "xrootd", "xrdfs");
  const { name = "door", root = path.join(folder, "files"), lines = [] } = options;
  const port = options.port ?? (await freePorts(1))[0];
  const [admin, file] = [path.join(folder, `admin-${name}`), path.join(folder, `${name}.cfg`)];
  fs.mkdirSync(path.join(root, "store"), { recursive: true });
  fs.mkdirSync(admin, { recursive: true });
  // As root, the daemon turns into the user of its package.
  fs.chmodSync(admin, 0o777);
  const own = [`xrd.port ${port}`, "xrd.network nodnr", "all.export /store r/o", `oss.localroot ${root}`];
  fs.writeFileSync(file, [...own, `all.adminpath ${admin}`, `all.pidpath ${admin}`, ...lines, ""].join("\n"));
  const asUser = process.getuid?.() === 0 ? ["-R", "xrootd"] : [];
  const program = new StartedProgram(["xrootd", "-I", "v4", ...asUser, "-c", file, "-n", name], { cwd: admin, env: process.env });
  const address = `127.0.0.1:${port}`;
  const env = { PATH: process.env["PATH"], XRD_CONNECTIONRETRY: "1", XRD_CONNECTIONWINDOW: "2" };
  await program.until(
    "the server answers",
    async () => (await run("xrdfs", [address, "query", "config", "version"], { env })).stdout !== "",
    30_000,
  );
  return { program, address };
}
