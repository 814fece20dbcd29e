import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "../../stacks/site/project";
import { reasonOf } from "../../terminal/failure";
import { probeCell } from "../cell/cell";
import { freeBytes } from "../disk";
import { cacheFolder } from "../folders";
import { BUILD_NEEDS, findGo, fullestOf, goLine } from "../tools/build";
import { onPath } from "../tools/executable";

/** Something that the sandbox wants of the machine. */
export interface Feature {
  readonly name: string;
  /** `limited` if the sandbox works without it, but shows less or risks more. */
  readonly state: "ok" | "limited" | "lacking";
  readonly found: string;
  /** What to do; only where the state is not `ok`. */
  readonly remedy?: string;
}

/** What is still to be had, which decides what is asked of the machine. */
export interface Need {
  readonly toBuild: number;
  readonly toFetch: number;
}

/** Bytes that downloading all tools takes, with the archives. We chose the double of what the built ones have. */
const DOWNLOAD_NEEDS = 1.5e9;

/** Bytes that the sandbox of a site takes at first; its audit log may grow to three times 200 MB (docs/sources.md, Sandbox and tools). */
const SANDBOX_NEEDS = 0.4e9;

/** Bytes of memory that the sandbox of a large site takes with the engine at work (docs/sources.md, Sandbox and tools). */
const MEMORY_NEEDS = 3e9;

/** Examines the machine and changes nothing. */
export async function examineMachine(
  need: Need,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<readonly Feature[]> {
  return [
    await go(need, env),
    cacheDisk(need, env),
    disk(
      "room for .sandbox",
      env["AF_SANDBOX"] || path.join(projectFolder(), ".sandbox"),
      SANDBOX_NEEDS,
      "set AF_SANDBOX to a folder elsewhere",
    ),
    memory(),
    await cell(env),
    program(
      "setpriv",
      env,
      platform,
      "what a killed command leaves is ended by the next start alone",
      "install util-linux; macOS has nothing like it",
    ),
    program("openssl", env, platform, "certificates of the sandbox's cert-manager are placeholders", "install openssl"),
    certificates(platform),
  ];
}

async function go({ toBuild, toFetch }: Need, env: Readonly<NodeJS.ProcessEnv>): Promise<Feature> {
  const name = `Go ${goLine()} or newer`;
  try {
    return { name, state: "ok", found: `${await findGo(env)}${toBuild === 0 ? ", not needed" : ""}` };
  } catch (error) {
    if (toBuild > 0) return { name, state: "lacking", found: "needed to build", remedy: reasonOf(error) };
    if (toFetch > 0)
      return { name, state: "limited", found: "needed only if a download fails", remedy: `install Go ${goLine()} (https://go.dev/dl)` };
    return { name, state: "ok", found: "none, and none is needed" };
  }
}

function cacheDisk({ toBuild, toFetch }: Need, env: Readonly<NodeJS.ProcessEnv>): Feature {
  const where = toBuild > 0 ? fullestOf(env) : cacheFolder(env);
  return disk(
    "room for tools",
    where,
    toBuild > 0 ? BUILD_NEEDS : toFetch > 0 ? DOWNLOAD_NEEDS : 0,
    "set XDG_CACHE_HOME, GOCACHE and GOMODCACHE to folders elsewhere",
  );
}

function disk(name: string, where: string, needed: number, otherwise: string): Feature {
  const free = freeBytes(where);
  const found = `${gigabytes(free)} GB at ${where}`;
  if (needed === 0) return { name, state: "ok", found: `${found}, none is needed` };
  if (free >= needed) return { name, state: "ok", found: `${found}, about ${gigabytes(needed)} GB are needed` };
  return { name, state: "lacking", found, remedy: `about ${gigabytes(needed)} GB are needed: make room, or ${otherwise}` };
}

function memory(): Feature {
  const name = "memory";
  // macOS keeps little memory free on purpose, so there the whole of it counts.
  const has = process.platform === "linux" ? os.freemem() : os.totalmem();
  const found = `${gigabytes(has)} GB, about ${gigabytes(MEMORY_NEEDS)} GB are needed`;
  return has >= MEMORY_NEEDS
    ? { name, state: "ok", found }
    : { name, state: "limited", found, remedy: "end other programs, or the system may end the API server" };
}

async function cell(env: Readonly<NodeJS.ProcessEnv>): Promise<Feature> {
  const kind = await probeCell(env);
  const name = "network cell";
  return kind.kind === "namespace"
    ? { name, state: "ok", found: `unshare, nsenter and ip${kind.mapped ? ", as a mapped user" : ""}` }
    : { name, state: "limited", found: kind.reason, remedy: "on Linux: install util-linux and iproute2, and allow user namespaces" };
}

function program(name: string, env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform, without: string, remedy: string): Feature {
  const file = platform === "linux" || name !== "setpriv" ? onPath(name, env) : undefined;
  return file === undefined ? { name, state: "limited", found: `none: ${without}`, remedy } : { name, state: "ok", found: file };
}

/** Go reads `SSL_CERT_FILE` on Unix systems other than macOS: https://pkg.go.dev/crypto/x509#SystemCertPool */
function certificates(platform: NodeJS.Platform): Feature {
  const name = "trust in the chart repository";
  if (platform !== "darwin" && platform !== "win32") return { name, state: "ok", found: "by SSL_CERT_FILE" };
  return {
    ...{ name, state: "limited", found: "Go programs trust the system's keychain alone: Helm releases of a site cannot load their charts" },
    remedy: "let the keychain trust .sandbox/<site>/keys/apiserver.crt after the first start, or use Linux",
  };
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
