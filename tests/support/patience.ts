import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds that a test waits at most for what comes sooner or later. A wait ends once it holds, so only a failing test takes so long. */
export const PATIENCE_MS = 60_000;

/** Asks every 100 ms whether something holds, and returns whether it did within so many milliseconds; a question that fails is answered by no. */
export async function eventually(holds: () => boolean | Promise<boolean>, within = PATIENCE_MS): Promise<boolean> {
  for (const end = Date.now() + within; ; await sleep(100)) {
    if (
      await Promise.resolve()
        .then(holds)
        .catch(() => false)
    )
      return true;
    if (Date.now() > end) return false;
  }
}
