import * as path from "node:path";
import { SiteError } from "../../stacks/site/problems";
import { readSite } from "../../stacks/site/read";
import type { Site } from "../../stacks/site/schema";
import { UsageError } from "../../terminal/failure";

/**
 * Reads sites, each once.
 * @param file path of the one site's file, if it is not `Pulumi.<name>.yaml`.
 * @throws {SiteError} with the problems of the one site.
 * @throws {UsageError} with the problems of all sites, or if a file is given for several.
 */
export function readSites(names: readonly string[], file?: string): readonly Site[] {
  const sites = [...new Set(names)];
  const [name = ""] = sites;
  if (sites.length === 1) return [readSite(name, file)];
  if (file !== undefined) throw new UsageError(`--config-file is one site's file, and ${sites.length} sites are named; name one`);
  const problems: string[] = [];
  const read = sites.flatMap((each) => {
    try {
      return [readSite(each)];
    } catch (error) {
      if (!(error instanceof SiteError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return read;
}

/** The folder of a site's manifests: the given one, and beside other sites one within it. */
export function folderOf(folder: string, { site: { name } }: Site, sites: number): string {
  return sites === 1 ? folder : path.join(folder, name);
}
