import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder } from "../folders";
import { moduleCache } from "./build";
import { releaseFolder } from "./download";
import type { PassedOver } from "./executable";
import { findTool, type FoundTool } from "./find";
import { readReleases, type Release, releaseOf, type ReleaseLock } from "./releases";
import { publishedVersion, type Tool, TOOLS } from "./tool";

/** How a tool is to be had: one that is there, an official release that can be downloaded, or a build. */
export type Decision =
  | { readonly kind: "use"; readonly found: FoundTool }
  | { readonly kind: "fetch"; readonly release: Release }
  /** Why there is no release to download. */
  | { readonly kind: "build"; readonly why: string };

/** A tool, how it is to be had, and what is on the machine but is not used. */
export interface SurveyedTool {
  readonly tool: Tool;
  readonly decision: Decision;
  readonly passedOver: readonly PassedOver[];
}

/** Where tools are looked for. */
export interface SurveyOptions {
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  readonly lock?: ReleaseLock;
}

/**
 * Says for each tool how it is to be had; changes nothing and needs no Go. What is on the machine comes first, then what was downloaded or
 * built before, then official releases, then a build.
 * @throws {UsageError} if the lock file of releases is not as it must be.
 */
export async function surveyTools({ env = process.env, lock = readReleases() }: SurveyOptions = {}): Promise<readonly SurveyedTool[]> {
  const cache = cacheFolder(env);
  return Promise.all(
    TOOLS.map(async (tool): Promise<SurveyedTool> => {
      const { found, passedOver } = await findTool(tool, env);
      return { tool, decision: found === undefined ? withoutMachine(tool, lock, cache) : { kind: "use", found }, passedOver };
    }),
  );
}

function withoutMachine(tool: Tool, lock: ReleaseLock, cache: string): Decision {
  const published = releaseOf(lock, tool);
  const release = "release" in published ? published.release : undefined;
  const cached = [
    ...(release === undefined ? [] : [{ folder: releaseFolder(release, cache), version: publishedVersion(tool) }]),
    { folder: moduleCache(tool.module, cache), version: publishedVersion(tool) },
  ];
  for (const { folder, version } of cached) {
    const file = path.join(folder, tool.name);
    if (fs.existsSync(file)) return { kind: "use", found: { path: file, version, source: "cache" } };
  }
  return "release" in published ? { kind: "fetch", release: published.release } : { kind: "build", why: published.none };
}
