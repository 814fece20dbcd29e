import { onPath } from "#af/sandbox/tools/executable";
import { skipped } from "./skipped";

/** Ends a suite or a test that needs programs which this machine has not, with their names. In CI that is a failure. */
export function requirePrograms(suite: Mocha.Context, ...names: readonly string[]): void {
  const missing = names.filter((name) => onPath(name) === undefined);
  if (missing.length > 0) skipped(suite, `no ${missing.join(", ")} on PATH`);
}
