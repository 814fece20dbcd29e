import * as fs from "node:fs";
import * as path from "node:path";
import type { Progress } from "../../terminal/progress";
import { Interrupted } from "../interrupted";
import { cacheFolder } from "../folders";
import { buildModule, findGo, moduleCache } from "./build";
import { findTool, type FoundTool } from "./find";
import { pinnedVersion, type Tool, type ToolName, TOOLS } from "./tool";

/** Every program that the sandbox runs, by name. */
export type Toolbox = Readonly<Record<ToolName, FoundTool>>;

/** How the tools are provided: who is told about it, and what stops it. */
export interface ToolboxOptions {
  readonly progress: Progress;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Provides every program that the sandbox runs: from the machine if the version fits, else built once into the user's cache.
 * @throws {UsageError} with the remedy if a program cannot be built; no half-built program is left.
 * @throws {Interrupted} if the signal stops it.
 */
export async function provideTools(options: ToolboxOptions): Promise<Toolbox> {
  const found = new Map<ToolName, FoundTool>();
  for (const [tool, { found: hit, passedOver }] of await Promise.all(
    TOOLS.map(async (each) => [each, await findTool(each, options.env)] as const),
  )) {
    for (const other of passedOver) options.say(`${tool.name}: ${other.path} is not used (${other.reason})`);
    if (hit !== undefined) {
      options.say(`${tool.name} ${hit.version} from ${hit.source} (${hit.path})`);
      found.set(tool.name, hit);
    }
  }
  const missing = TOOLS.filter((tool) => !found.has(tool.name));
  if (missing.length > 0) await build(missing, found, options);
  return Object.fromEntries(found) as Toolbox;
}

/** The tools that are on the machine or in the cache, and the names of the missing ones. Builds nothing. */
export async function toolsAtHand(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<{ readonly found: Partial<Toolbox>; readonly missing: readonly ToolName[] }> {
  const goVersion = await findGo(env).catch(() => undefined);
  const found = await Promise.all(
    TOOLS.map(async (tool): Promise<FoundTool | undefined> => {
      const { found: hit } = await findTool(tool, env);
      if (hit !== undefined || goVersion === undefined) return hit;
      const file = path.join(moduleCache(tool.module, goVersion, cacheFolder(env)), tool.name);
      return fs.existsSync(file) ? { path: file, version: pinnedVersion(tool), source: "cache" } : undefined;
    }),
  );
  return {
    found: Object.fromEntries(TOOLS.flatMap((tool, index) => (found[index] === undefined ? [] : [[tool.name, found[index]]]))),
    missing: TOOLS.filter((_, index) => found[index] === undefined).map((tool) => tool.name),
  };
}

async function build(missing: readonly Tool[], found: Map<ToolName, FoundTool>, options: ToolboxOptions): Promise<void> {
  const goVersion = await findGo(options.env);
  const modules = [...new Set(missing.map((tool) => tool.module))];
  const toBuild = TOOLS.filter((tool) => modules.includes(tool.module));
  let built = 0;
  for (const toolModule of modules) {
    let fresh = false;
    try {
      const folder = await buildModule(
        toolModule,
        goVersion,
        {
          building: (tool) => {
            fresh = true;
            options.progress.step(`building ${tool.name} ${pinnedVersion(tool)} (${built + 1} of ${toBuild.length}, the first time only)`);
          },
          built: (tool) => {
            built++;
            options.progress.done(`built ${tool.name} ${pinnedVersion(tool)}`);
          },
          waiting: (pid) => options.progress.step(`waiting for process ${pid}, which builds ${toolModule}`),
        },
        options.signal,
      );
      for (const tool of missing.filter((each) => each.module === toolModule)) {
        found.set(tool.name, { path: path.join(folder, tool.name), version: pinnedVersion(tool), source: fresh ? "built" : "cache" });
      }
      if (!fresh) built += toBuild.filter((tool) => tool.module === toolModule).length;
    } catch (error) {
      throw options.signal.aborted ? new Interrupted() : error;
    } finally {
      options.progress.stop();
    }
  }
}
