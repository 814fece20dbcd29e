import * as fs from "node:fs";
import { type SiteFolder, writeWhole } from "../folders";
import { type ProcessRecord, recordOf, stillRuns } from "../processes";
import { holderOf } from "../tools/lock";

/**
 * The process for whose sake a control plane runs, until a command has ended in order and leaves it to the user. If the process is killed
 * before, nobody is left who knows of the control plane, and the supervisor ends it.
 */
function ownerFile(folder: SiteFolder): string {
  return folder.file("owner.json");
}

/** Another process than the command that owns what the command starts, by its number: a test run gives its own. */
function ownerOf(env: Readonly<NodeJS.ProcessEnv>): number | undefined {
  const pid = Number(env["AF_SANDBOX_OWNER"] ?? "");
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Says that the control plane is started for the sake of this process, or of the one that `AF_SANDBOX_OWNER` names. */
export function own(folder: SiteFolder, env: Readonly<NodeJS.ProcessEnv> = process.env): void {
  writeWhole(ownerFile(folder), JSON.stringify(recordOf(ownerOf(env) ?? process.pid)));
}

/** Takes a control plane over that runs: if its owner has died and only the engine keeps it, it would end as soon as the engine does. */
export function adopt(folder: SiteFolder, env: Readonly<NodeJS.ProcessEnv> = process.env): void {
  const owner = readOwner(folder);
  if (owner !== undefined && !stillRuns(owner)) own(folder, env);
}

/** Leaves the control plane to the user if this process owns it; what belongs to `AF_SANDBOX_OWNER` stays that process's own. */
export function disown(folder: SiteFolder): void {
  if (readOwner(folder)?.pid === process.pid) fs.rmSync(ownerFile(folder), { force: true });
}

/** True if the owner has died. While the engine still ends what it was at, the control plane is needed and is no orphan. */
export function isOrphan(folder: SiteFolder): boolean {
  const owner = readOwner(folder);
  return owner !== undefined && !stillRuns(owner) && holderOf(folder.file("engine.lock")) === undefined;
}

function readOwner(folder: SiteFolder): ProcessRecord | undefined {
  try {
    return JSON.parse(fs.readFileSync(ownerFile(folder), "utf8")) as ProcessRecord;
  } catch {
    return undefined;
  }
}
