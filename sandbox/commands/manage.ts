import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { siteFile, siteNames } from "../../stacks/site/project";
import { findControlPlane, type RunningControlPlane, stopControlPlane } from "../control-plane/control-plane";
import { readState } from "../control-plane/state";
import { CommandFailure, UsageError } from "../../terminal/failure";
import { engineEnvironment } from "../engine/environment";
import { SiteFolder } from "../folders";
import { exitCodeOf } from "../signals";
import { onPath } from "../tools/executable";
import { holderOf } from "../tools/lock";
import { toolsAtHand } from "../tools/toolbox";
import { ownMap } from "../live/provide";
import { runInside } from "./run";

/** The folder of a site. The site file may be gone while its control plane still runs, so one of the two must exist. */
function folderOf(site: string): SiteFolder {
  const isName = /^[a-z0-9-]+$/.test(site);
  const folder = new SiteFolder(site);
  if (!isName || (!siteNames().includes(site) && !fs.existsSync(folder.root))) {
    throw new UsageError(`There is no site ${site}; sites of this project: ${siteNames().join(", ") || "none"}.`);
  }
  return folder;
}

function runningOf(folder: SiteFolder): RunningControlPlane {
  const found = findControlPlane(folder);
  if (found !== undefined) return found;
  const reason = readState(folder)?.reason;
  throw new CommandFailure(
    `The sandbox of ${folder.site} is not running${reason === undefined ? "" : ` (${reason})`}: start it with npm run sandbox -- up ${folder.site}.`,
  );
}

/**
 * `down`: ends the control plane, and with `purge` deletes everything that it and the engine have stored.
 * @throws {UsageError} if there is no such site, or if the engine is at work.
 */
export async function down(site: string, options: { readonly purge: boolean }): Promise<void> {
  const folder = folderOf(site);
  const engine = holderOf(folder.file("engine.lock"));
  if (engine !== undefined) {
    throw new UsageError(`Process ${engine} is at work on the sandbox of ${site}: interrupt it first (Ctrl-C, or kill ${engine}).`);
  }
  const stopped = await stopControlPlane(folder);
  console.log(stopped.length === 0 ? `The sandbox of ${site} was not running.` : `Stopped: ${stopped.join(", ")}.`);
  if (options.purge) {
    fs.rmSync(folder.root, { recursive: true, force: true });
    console.log(`Removed ${folder.root}.`);
  } else if (stopped.length > 0) {
    console.log(`Its state is kept in ${folder.root}: npm run sandbox -- up ${site} takes it up again.`);
  }
}

/**
 * `status`: prints the report of a control plane that runs.
 * @throws {CommandFailure} if it does not run.
 */
export async function status(site: string, options: { readonly configFile?: string }): Promise<number> {
  const folder = folderOf(site);
  const controlPlane = runningOf(folder);
  return runInside(controlPlane, {
    task: "status",
    site,
    base: path.dirname(folder.root),
    siteFile: path.resolve(options.configFile ?? siteFile(site)),
    pulumi: "",
    provider: "",
    helm: "",
    charts: { url: controlPlane.charts },
    extra: [],
    cell: controlPlane.cell.kind === "loopback" ? controlPlane.cell.reason : "",
    versions: controlPlane.versions,
    fillHub: controlPlane.live === ownMap(folder),
  });
}

/**
 * `exec`: runs a command of the user where it reaches the API server, and returns its exit code. The sandbox's own tools, `pulumi` and `helm`
 * among them, come first on PATH, and work on the sandbox alone.
 * @throws {CommandFailure} if the control plane does not run, or 127 if there is no such command.
 */
export async function exec(site: string, command: readonly string[]): Promise<number> {
  const folder = folderOf(site);
  const controlPlane = runningOf(folder);
  const { found } = await toolsAtHand();
  const env = engineEnvironment(
    folder,
    Object.values(found).map((tool) => tool.path),
  );
  const [name = ""] = command;
  if (!name.includes("/") && onPath(name, env) === undefined) {
    throw new CommandFailure(`${name} is not on PATH; the sandbox brings ${Object.keys(found).sort().join(", ")}.`, 127);
  }
  const [program, ...args] = controlPlane.join(command);
  const child = spawn(program as string, args, { stdio: "inherit", env });
  // The terminal sends the signal to the command as well, and the command decides what it means.
  const ignore = (): void => undefined;
  for (const signal of ["SIGINT", "SIGQUIT"] as const) process.on(signal, ignore);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new CommandFailure(`${name} cannot be run: ${error.message}`, 127)));
    child.once("exit", (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}
