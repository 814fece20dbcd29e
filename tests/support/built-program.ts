import * as fs from "node:fs";
import * as path from "node:path";
import { buildTools, findGo, moduleCache } from "#af/sandbox/tools/build";
import type { BuiltProgram } from "#af/sandbox/tools/tool";
import { skipped } from "./skipped";

/** Milliseconds that a build may take: ten minutes, for a machine that does other things too. */
const PATIENCE = 600_000;

/**
 * Path of a program that Go builds from a module of `sandbox/tools`, once for all suites of the user; without Go the suite is skipped with the
 * reason, and fails in CI.
 */
export async function requireBuilt(suite: Mocha.Context, program: BuiltProgram): Promise<string> {
  const file = path.join(moduleCache(program.module), program.name);
  if (fs.existsSync(file)) return file;
  try {
    await findGo();
  } catch (error) {
    return skipped(suite, (error as Error).message);
  }
  const silent = { building: () => undefined, built: () => undefined, waiting: () => undefined };
  await buildTools([program], silent, AbortSignal.timeout(PATIENCE));
  return file;
}
