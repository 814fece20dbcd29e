import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../../terminal/failure";
import { cacheFolder } from "../folders";
import { withLock } from "./lock";
import { moduleFolder, pinnedVersion, type Tool, type ToolModule, TOOLS } from "./tool";

const run = promisify(execFile);

/** Who is told what the builder does. */
export interface BuildListener {
  building(tool: Tool): void;
  built(tool: Tool): void;
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
      `No Go on this machine: the sandbox builds its control plane once and needs Go ${goLine()} or newer (https://go.dev/dl). ` +
        "Without Go, put etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok and pulumi on PATH or in KUBEBUILDER_ASSETS.",
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
  const lines = [...new Set(TOOLS.map((tool) => tool.module))].map((toolModule) => {
    const text = fs.readFileSync(path.join(moduleFolder(toolModule), "go.mod"), "utf8");
    return /^go (\S+)/m.exec(text)?.[1] ?? "1.0";
  });
  return lines.reduce((newest, line) => (isOlder(newest, line) ? line : newest));
}

/** True if a version of numbers and dots comes before another. */
export function isOlder(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0);
  }
  return false;
}

/** The folder of a module's built programs; its name changes with everything that could change the programs. */
export function moduleCache(toolModule: ToolModule, goVersion: string, cache: string = cacheFolder()): string {
  const hash = createHash("sha256").update(goVersion);
  for (const file of fs.readdirSync(moduleFolder(toolModule)).sort())
    hash.update(fs.readFileSync(path.join(moduleFolder(toolModule), file)));
  return path.join(cache, `${toolModule}-${hash.digest("hex").slice(0, 16)}`);
}

/**
 * Builds every program of a module unless they are in the cache, and returns their folder. The folder appears whole or not at all, and a
 * second run waits for the first and does not build again.
 * @throws {UsageError} with the remedy if they cannot be built.
 */
export async function buildModule(
  toolModule: ToolModule,
  goVersion: string,
  listener: BuildListener,
  signal: AbortSignal,
  cache: string = cacheFolder(),
): Promise<string> {
  const finished = moduleCache(toolModule, goVersion, cache);
  if (fs.existsSync(finished)) return finished;
  const draft = `${finished}.building`;
  return withLock(`${finished}.lock`, listener.waiting.bind(listener), async () => {
    if (fs.existsSync(finished)) return finished;
    // Only the holder of the lock works here, so a draft that exists was left by a killed builder and may be broken.
    fs.rmSync(draft, { recursive: true, force: true });
    try {
      fs.mkdirSync(draft, { recursive: true });
      for (const tool of TOOLS.filter((each) => each.module === toolModule)) {
        listener.building(tool);
        await goBuild(tool, path.join(draft, tool.name), signal);
        await copyBeside(tool, draft);
        listener.built(tool);
      }
      fs.renameSync(draft, finished);
      return finished;
    } catch (error) {
      throw isDiskFull(error) ? diskFull(cache) : error;
    } finally {
      fs.rmSync(draft, { recursive: true, force: true });
    }
  });
}

function isDiskFull(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ENOSPC";
}

function diskFull(where: string): UsageError {
  return new UsageError(
    `The disk is full: building the sandbox's tools takes about 6 GB in Go's build cache (go env GOCACHE), the module cache and ${where}. ` +
      "Make room, or point GOCACHE and XDG_CACHE_HOME elsewhere.",
  );
}

/** Builds one program. With other flags Go's cache would not be hit, and everything would be compiled again. */
async function goBuild(tool: Tool, output: string, signal: AbortSignal): Promise<void> {
  const flags = ["-s", "-w", ...tool.stamp(pinnedVersion(tool))].join(" ");
  const child = spawn("go", ["build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", output, tool.package], {
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
async function copyBeside({ beside = [], dependency, module: toolModule }: Tool, folder: string): Promise<void> {
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

/** Turns what Go printed into a message that says what to do. */
export function buildFailure(tool: Tool, said: string, code: number | null): UsageError {
  if (/no space left on device/.test(said)) return diskFull(cacheFolder());
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
