import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../processes";

/** The process that holds a lock file, if it still lives. */
export function holderOf(file: string): number | undefined {
  try {
    const pid = Number(fs.readFileSync(file, "utf8").trim());
    return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock at once, or says who holds it. A lock whose holder has died is taken over. */
export function tryLock(file: string): { readonly release: () => void } | { readonly heldBy: number } {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (;;) {
    const mine = `${file}.${process.pid}`;
    fs.writeFileSync(mine, `${process.pid}\n`);
    try {
      // A hard link is the lock: it appears with its text in it, so nobody can read an empty one and take it for stale.
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

/** Waits for the lock; `waiting` is told once who holds it. */
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
