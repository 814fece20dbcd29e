import * as path from "node:path";
import type { Progress } from "../../terminal/progress";
import { counted } from "../../terminal/text";
import { Interrupted } from "../interrupted";
import { buildTools, findGo } from "./build";
import { downloadRelease, RefusedDownload, Unreachable } from "./download";
import { inWords, minutesToBuild } from "./estimate";
import type { FoundTool } from "./find";
import type { Release } from "./releases";
import { surveyTools, type SurveyOptions } from "./survey";
import { publishedVersion, type Tool, type ToolName, TOOLS } from "./tool";

/** Every program that the sandbox runs, by name. */
export type Toolbox = Readonly<Record<ToolName, FoundTool>>;

/** How the tools are provided: who is told about it, and what stops it. */
export interface ToolboxOptions extends SurveyOptions {
  readonly progress: Progress;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Provides every program that the sandbox runs: from the machine if the version fits, else from the user's cache, else as the official
 * release, else built once.
 * @throws {UsageError} with the remedy if a program cannot be built; no half-built program is left.
 * @throws {DiskFull} if there is no room for them.
 * @throws {Interrupted} if the signal stops it.
 */
export async function provideTools(options: ToolboxOptions): Promise<Toolbox> {
  const found = new Map<ToolName, FoundTool>();
  const releases: Release[] = [];
  for (const { tool, decision, passedOver } of await surveyTools(options)) {
    for (const other of passedOver) options.say(`${tool.name}: ${other.path} is not used (${other.reason})`);
    if (decision.kind === "fetch") releases.push(decision.release);
    if (decision.kind !== "use") continue;
    const { version, source, path: file } = decision.found;
    if (source !== "cache") options.say(`${tool.name} ${version} from ${source} (${file})`);
    found.set(tool.name, decision.found);
  }
  try {
    await download(releases, found, options);
    const missing = TOOLS.filter((tool) => !found.has(tool.name));
    if (missing.length > 0) await build(missing, found, options);
  } catch (error) {
    throw options.signal.aborted ? new Interrupted() : error;
  } finally {
    options.progress.stop();
  }
  return Object.fromEntries(found) as Toolbox;
}

/** The tools that are on the machine or in the cache, and the names of the missing ones. Downloads and builds nothing. */
export async function toolsAtHand(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<{ readonly found: Partial<Toolbox>; readonly missing: readonly ToolName[] }> {
  const surveyed = await surveyTools({ env });
  return {
    found: Object.fromEntries(surveyed.flatMap(({ tool, decision }) => (decision.kind === "use" ? [[tool.name, decision.found]] : []))),
    missing: surveyed.flatMap(({ tool, decision }) => (decision.kind === "use" ? [] : [tool.name])),
  };
}

/** Downloads what can be had as an official release. Without a network the first attempt says so, and the rest is left to Go. */
async function download(
  releases: readonly Release[],
  found: Map<ToolName, FoundTool>,
  { progress, say, signal }: ToolboxOptions,
): Promise<void> {
  for (const [index, release] of releases.entries()) {
    const what = `${release.tool} ${release.version} (${index + 1} of ${releases.length})`;
    progress.step(`downloading ${what}`);
    try {
      const file = await downloadRelease(
        release,
        {
          received: (bytes, all) =>
            progress.reword(`downloading ${what}: ${megabytes(bytes)}${all === undefined ? "" : ` of ${megabytes(all)}`} MB`),
          waiting: (pid) => progress.step(`waiting for process ${pid}, which downloads ${release.tool}`),
        },
        signal,
      );
      progress.done(`downloaded ${release.tool} ${release.version}`);
      found.set(release.tool, { path: file, version: release.version, source: "downloaded" });
    } catch (error) {
      if (signal.aborted || !(error instanceof Unreachable || error instanceof RefusedDownload)) throw error;
      progress.stop();
      say(`${error.message}: Go builds ${error instanceof Unreachable ? "what is missing" : release.tool}`);
      if (error instanceof Unreachable) return;
    }
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

async function build(
  missing: readonly Tool[],
  found: Map<ToolName, FoundTool>,
  { progress, say, signal, env }: ToolboxOptions,
): Promise<void> {
  await findGo(env);
  let left = [...missing];
  say(`Go builds ${counted(missing.length, "program")}, the first time only: about ${inWords(minutesToBuild(missing))} on this machine`);
  for (const toolModule of new Set(missing.map((tool) => tool.module))) {
    const tools = missing.filter((tool) => tool.module === toolModule);
    const fresh = new Set<Tool>();
    const folder = await buildTools(
      tools,
      {
        building: (tool) => {
          fresh.add(tool);
          progress.step(`building ${titleOf(tool)}: about ${inWords(minutesToBuild([tool]))}, ${inWords(minutesToBuild(left))} for all`);
        },
        built: (tool) => {
          left = left.filter((each) => each !== tool);
          progress.done(`built ${titleOf(tool)}`);
        },
        waiting: (pid) => progress.step(`waiting for process ${pid}, which builds ${toolModule}`),
      },
      signal,
    );
    for (const tool of tools)
      found.set(tool.name, {
        path: path.join(folder, tool.name),
        version: publishedVersion(tool),
        source: fresh.has(tool) ? "built" : "cache",
      });
    left = left.filter((tool) => tool.module !== toolModule);
    progress.stop();
  }
}

function titleOf(tool: Tool): string {
  return `${tool.name} ${publishedVersion(tool)}`;
}
