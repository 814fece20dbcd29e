import { SiteError } from "./problems";
import { secretShapeProblems } from "./secret-shape";
import { parseSite } from "./parse";
import type { Site } from "./schema";
import { readStackFile, type StackFile } from "./stack-file";

export { SiteError } from "./problems";

/**
 * Reads a site without the engine: no CLI, no cluster, no secret.
 * @param name the stack.
 * @param file another file than `Pulumi.<name>.yaml`.
 * @throws {SiteError} if there is no such site, the file is not YAML, or the site is wrong; with all problems at once.
 */
export function readSite(name: string, file?: string): Site {
  return siteIn(readStackFile(name, file), name);
}

/**
 * The site of a stack file that has been read.
 * @throws {SiteError} if the site is wrong, with all problems at once.
 */
export function siteIn({ configuration, source }: StackFile, name: string): Site {
  const site = parseSite(configuration, source);
  assertStack(site, name, source);
  const problems = secretShapeProblems(site, configuration);
  if (problems.length > 0) throw new SiteError(source, problems);
  return site;
}

/** The site's own name must be the stack's, or `up` would build one site under another's name. */
export function assertStack(site: Site, stack: string, source: string): void {
  if (site.site.name === stack) return;
  throw new SiteError(source, [{ path: "af:site.name", message: `found "${site.site.name}"; allowed: "${stack}", the name of the stack` }]);
}
