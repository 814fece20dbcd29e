import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { type CommandFailure, UsageError } from "../../terminal/failure";
import { DiskFull, freeBytes, MOVE_CACHE, orDiskFull, saysDiskFull } from "../disk";
import { cacheFolder } from "../folders";
import { withLock } from "./lock";
import { type BuiltProgram, moduleFolder, pinnedVersion, type Tool, type ToolModule, TOOLS } from "./tool";

const run = promisify(execFile);

/** Who is told what the builder does. */
export interface BuildListener<Program extends BuiltProgram = Tool> {
  building(tool: Program): void;
  built(tool: Program): void;
  waiting(pid: number): void;
}

/**
 * The version of Go on this machine, such as `go1.26.0`.
 * @throws {UsageError} if there is no Go, or if it is older than the modules need.
 */
export async function findGo(env: Readonly<NodeJS.ProcessEnv> = process.env): Promise<string> {
  let printed: string;
  try {
    printed = (await run("go", ["version"], { env: { ...env, GOTOOLCHAIN: "local" } })).stdout;
  } catch {
    throw new UsageError(
      `No Go on this machine: the sandbox builds the tools that it does not find, once, and needs Go ${goLine()} or newer ` +
        "(https://go.dev/dl). Without Go, put the tools on PATH or in KUBEBUILDER_ASSETS; `npm run sandbox -- doctor` says which are missing.",
    );
  }
  const version = /go(\d+(?:\.\d+)*)/.exec(printed)?.[1] ?? "0";
  if (isOlder(version, goLine())) {
    throw new UsageError(
      `Go ${version} is too old: the sandbox's tools need Go ${goLine()} or newer. Install it from https://go.dev/dl and run again.`,
    );
  }
  return `go${version}`;
}

/** The oldest version of Go with which all tool modules build. */
export function goLine(): string {
  return [...new Set(TOOLS.map((tool) => tool.module))].map(goLineOf).reduce((newest, line) => (isOlder(newest, line) ? line : newest));
}

/** The oldest version of Go with which a module builds: the line `go` of its go.mod. */
function goLineOf(toolModule: ToolModule): string {
  const text = fs.readFileSync(path.join(moduleFolder(toolModule), "go.mod"), "utf8");
  return /^go (\S+)/m.exec(text)?.[1] ?? "1.0";
}

/** True if a version of numbers and dots comes before another. */
export function isOlder(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0);
  }
  return false;
}

/**
 * The folder of a module's built programs. Its name changes with everything in the module that could change the programs, and not with the Go
 * on the machine: what is built needs no Go to be found, and a newer Go builds the same sources.
 */
export function moduleCache(toolModule: ToolModule, cache: string = cacheFolder()): string {
  const hash = createHash("sha256").update(`go${goLineOf(toolModule)}`);
  for (const file of fs.readdirSync(moduleFolder(toolModule)).sort())
    hash.update(fs.readFileSync(path.join(moduleFolder(toolModule), file)));
  return path.join(cache, `${toolModule}-${hash.digest("hex").slice(0, 16)}`);
}

/**
 * Builds programs of one module unless they are in the cache, and returns their folder. A program appears whole or not at all; what is built
 * before an interruption stays, and a second run waits for the first and does not build again.
 * @throws {UsageError} with the remedy if they cannot be built.
 * @throws {DiskFull} if there is no room for it.
 */
export async function buildTools<Program extends BuiltProgram>(
  tools: readonly Program[],
  listener: BuildListener<Program>,
  signal: AbortSignal,
  cache: string = cacheFolder(),
): Promise<string> {
  const [first] = tools;
  if (first === undefined || tools.some((tool) => tool.module !== first.module)) throw new Error("tools of one module are built together");
  const folder = moduleCache(first.module, cache);
  const missing = (): readonly Program[] => tools.filter((tool) => !fs.existsSync(path.join(folder, tool.name)));
  if (missing().length === 0) return folder;
  const draft = `${folder}.building`;
  try {
    return await withLock(`${folder}.lock`, listener.waiting.bind(listener), async () => {
      // Only the holder of the lock works here, so a draft that exists was left by a killed builder and may be broken.
      fs.rmSync(draft, { recursive: true, force: true });
      try {
        for (const tool of missing()) {
          listener.building(tool);
          fs.mkdirSync(draft, { recursive: true });
          await goBuild(tool, path.join(draft, tool.name), signal);
          await copyBeside(tool, draft);
          fs.mkdirSync(folder, { recursive: true });
          // The program comes last: whoever sees it finds the files that it reads.
          for (const file of fs.readdirSync(draft).sort((a, b) => Number(a === tool.name) - Number(b === tool.name)))
            fs.renameSync(path.join(draft, file), path.join(folder, file));
          listener.built(tool);
        }
        return folder;
      } finally {
        fs.rmSync(draft, { recursive: true, force: true });
      }
    });
  } catch (error) {
    throw orDiskFull(error, cache, MOVE_CACHE);
  }
}

/**
 * Flags of the compiler. Debug information would be written for every package only to be left out of the programs by the linker's `-s -w`;
 * without it building takes a fifth less time (docs/sources.md, Sandbox and tools).
 */
const GCFLAGS = "-gcflags=all=-dwarf=false";

/** Builds one program. With other flags Go's cache would not be hit, and everything would be compiled again. */
async function goBuild(tool: BuiltProgram, output: string, signal: AbortSignal): Promise<void> {
  const flags = ["-s", "-w", ...tool.stamp(pinnedVersion(tool))].join(" ");
  const child = spawn("go", ["build", "-trimpath", "-buildvcs=false", GCFLAGS, "-ldflags", flags, "-o", output, tool.package], {
    cwd: moduleFolder(tool.module),
    env: goEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
    signal,
    killSignal: "SIGINT",
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8_000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw buildFailure(tool, said, code);
}

/** Copies the files that a program reads from its own folder out of the module cache, whose files nobody may write. */
async function copyBeside({ beside = [], dependency, module: toolModule }: BuiltProgram, folder: string): Promise<void> {
  if (beside.length === 0) return;
  const { stdout } = await run("go", ["list", "-m", "-f", "{{.Dir}}", dependency], { cwd: moduleFolder(toolModule), env: goEnvironment() });
  for (const file of beside) {
    const copy = path.join(folder, path.basename(file));
    fs.copyFileSync(path.join(stdout.trim(), file), copy);
    fs.chmodSync(copy, 0o644);
  }
}

function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, GOTOOLCHAIN: "local", CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" };
}

/** What building needs, in bytes: Go's build cache, the module cache and the programs (docs/sources.md, Sandbox and tools). */
export const BUILD_NEEDS = 10e9;

/** The fullest of the file systems that building writes to. Go's own folders are where `go env` says; these are its defaults. */
export function fullestOf(env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const home = os.homedir();
  const folders = [
    cacheFolder(env),
    env["GOCACHE"] || path.join(env["XDG_CACHE_HOME"] || path.join(home, ".cache"), "go-build"),
    env["GOMODCACHE"] || path.join(env["GOPATH"] || path.join(home, "go"), "pkg", "mod"),
    os.tmpdir(),
  ];
  return folders.reduce((fullest, folder) => (freeBytes(folder) < freeBytes(fullest) ? folder : fullest));
}

/** Turns what Go printed into a message that says what to do. */
export function buildFailure(tool: Pick<BuiltProgram, "name">, said: string, code: number | null): CommandFailure {
  if (saysDiskFull(said)) return new DiskFull(fullestOf(), MOVE_CACHE);
  const lines = said.split("\n").map((line) => line.trim());
  const line = lines.filter((text) => text !== "" && !text.startsWith("go: downloading")).at(-1) ?? "nothing was printed";
  if (/dial tcp|no such host|i\/o timeout|connection refused|TLS handshake|proxyconnect|unexpected EOF|module lookup disabled/.test(said)) {
    return new UsageError(
      `Go could not download what ${tool.name} is built from (${line}). Check the network or set GOPROXY to a module proxy that this ` +
        "machine reaches, then run again: what has been downloaded is kept.",
    );
  }
  if (/checksum mismatch|SECURITY ERROR/.test(said)) {
    return new UsageError(
      `A download for ${tool.name} is not what go.sum says (${line}). Run \`go clean -modcache\` and try again; if it stays, the proxy is at fault.`,
    );
  }
  return new UsageError(`Building ${tool.name} failed with exit code ${code ?? "none (killed)"}: ${line}`);
}
