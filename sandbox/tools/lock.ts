import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../processes";

/** The number of the process that holds a lock file; undefined if it no longer lives. */
export function holderOf(file: string): number | undefined {
  try {
    const pid = Number(fs.readFileSync(file, "utf8").trim());
    return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a lock, or returns the number of the process that holds it. A lock is taken over if its holder has died. */
export function tryLock(file: string): { readonly release: () => void } | { readonly heldBy: number } {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (;;) {
    const mine = `${file}.${process.pid}`;
    fs.writeFileSync(mine, `${process.pid}\n`);
    try {
      // The lock is a hard link, which appears with its text in it: nobody can read an empty lock and take it for a stale one.
      fs.linkSync(mine, file);
      return { release: () => fs.rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      fs.rmSync(mine, { force: true });
    }
    const holder = holderOf(file);
    if (holder !== undefined) return { heldBy: holder };
    fs.rmSync(file, { force: true });
  }
}

/** Works under a lock. If another process holds it, `waiting` is told once which, and the work begins when the lock is free. */
export async function withLock<T>(file: string, waiting: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  let told = false;
  for (;;) {
    const lock = tryLock(file);
    if ("release" in lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!told) waiting(lock.heldBy);
    told = true;
    await sleep(500);
  }
}
