import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../../stacks/site/project";
import { UsageError } from "../../../terminal/failure";

/** SHA-256 digests of charts' archives in hexadecimal, by the archive's file name. */
export type ChartLock = Readonly<Record<string, string>>;

/** How an archive and its entry in the lock agree. */
export type LockState = "locked" | "not in the lock" | "changed";

/** The lock of the project. */
export function lockFile(project: string = projectFolder()): string {
  return path.join(project, "components", "charts", "charts.lock.json");
}

/**
 * Reads a lock.
 * @throws {UsageError} if the file is no map of names to digests.
 */
export function readLock(file: string): ChartLock {
  let lock: unknown;
  try {
    lock = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    lock = undefined;
  }
  const entries = typeof lock === "object" && lock !== null && !Array.isArray(lock) ? Object.entries(lock) : undefined;
  if (entries?.every(([, digest]) => typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest))) return Object.fromEntries(entries);
  throw new UsageError(`${file} is no lock of charts; allowed: names of archives with their SHA-256 digests, or {}`);
}

/** Adds entries to a lock and writes it; an entry that is there already stays, whatever the archive is now. */
export function addToLock(file: string, added: ChartLock): void {
  const lock = Object.entries({ ...added, ...readLock(file) }).sort(([a], [b]) => (a < b ? -1 : 1));
  fs.writeFileSync(file, `${JSON.stringify(Object.fromEntries(lock), null, 2)}\n`);
}

/** SHA-256 digest of a file in hexadecimal. */
export function digestOf(file: string): string {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

/** Compares an archive with its entry. */
export function lockState(lock: ChartLock, archive: string, digest: string): LockState {
  const entry = lock[archive];
  if (entry === undefined) return "not in the lock";
  return entry === digest ? "locked" : "changed";
}
