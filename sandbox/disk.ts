import * as fs from "node:fs";
import * as path from "node:path";
import { CommandFailure } from "../terminal/failure";

/** A file system with less room than this counts as full, in bytes: programs of the sandbox write more than that at once. */
const FULL = 2 ** 20;

/** How programs say that a disk is full: Node by the error's code, Go and C by the system's words. */
const SAID = /ENOSPC|no space left on device|disk quota exceeded|EDQUOT/i;

/** Bytes that the user may still write to the file system of a path; the nearest folder that exists stands for one that does not. */
export function freeBytes(where: string): number {
  try {
    const { bavail, bsize } = fs.statfsSync(where);
    return bavail * bsize;
  } catch (error) {
    const above = path.dirname(path.resolve(where));
    if (above === path.resolve(where)) throw error;
    return freeBytes(above);
  }
}

/** True if an error, or what a program has printed, says that a disk is full. */
export function saysDiskFull(said: unknown): boolean {
  if (typeof said === "string") return SAID.test(said);
  const { code, message, stderr } = (said ?? {}) as { code?: unknown; message?: unknown; stderr?: unknown };
  return [code, message, stderr].some((text) => typeof text === "string" && SAID.test(text));
}

/** A failure because the disk of a path is full; its message has the path and the remedy. */
export class DiskFull extends CommandFailure {
  /** @param remedy what to do besides making room, as a clause such as `set AF_SANDBOX to a folder on another disk`. */
  constructor(where: string, remedy: string) {
    const megabytes = Math.floor(freeBytes(where) / 1e6);
    super(`The disk is full: ${where} has ${megabytes} MB left. Make room there, or ${remedy}; then run again.`);
  }
}

/**
 * What made work in a folder fail: that the disk is full if that was it, else the error itself. The room that is left counts too, because a
 * program on a full disk cannot even write why it ended.
 */
export function orDiskFull(error: unknown, where: string, remedy: string): unknown {
  if (error instanceof DiskFull || !(saysDiskFull(error) || (error instanceof Error && freeBytes(where) < FULL))) return error;
  return new DiskFull(where, remedy);
}

/** That the disk of a path is full, as a message; undefined if there is room. */
export function fullAt(where: string, remedy: string): string | undefined {
  return freeBytes(where) < FULL ? new DiskFull(where, remedy).message : undefined;
}

/** What helps where the folder of the sandbox is on a full disk. */
export const MOVE_SANDBOX = "set AF_SANDBOX to a folder on another disk";
/** What helps where the cache of tools is on a full disk. */
export const MOVE_CACHE = "set XDG_CACHE_HOME (and GOCACHE, GOMODCACHE) to folders on another disk";
