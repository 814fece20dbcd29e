import { readOtherwise } from "./engine-reading";
import { SiteError, type Problem } from "./problems";
import { secretShapeProblems } from "./secret-shape";
import { parseSite } from "./parse";
import type { Site } from "./schema";
import { readStackFile, type StackFile } from "./stack-file";

export { SiteError } from "./problems";

/**
 * Reads a site without the engine, and so without CLI, cluster and secrets.
 * @param name name of the stack.
 * @param file path of the file, if it is not `Pulumi.<name>.yaml`.
 * @throws {SiteError} with all problems, if there is no such site, the file is not YAML, or the site is wrong.
 */
export function readSite(name: string, file?: string): Site {
  return siteIn(readStackFile(name, file), name);
}

/**
 * The site in a stack file.
 * @param name name of the stack.
 * @throws {SiteError} with all problems, if the site is wrong.
 */
export function siteIn({ configuration, document, source }: StackFile, name: string): Site {
  const site = parsed(configuration, source, readOtherwise(document));
  assertStack(site, name, source);
  const problems = secretShapeProblems(site, configuration);
  if (problems.length > 0) throw new SiteError(source, problems);
  return site;
}

/** Parses settings; problems that the file has already are told together with those of its schemas. */
function parsed(configuration: StackFile["configuration"], source: string, before: readonly Problem[]): Site {
  try {
    const site = parseSite(configuration, source);
    if (before.length === 0) return site;
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    throw new SiteError(source, [...before, ...error.problems]);
  }
  throw new SiteError(source, before);
}

/**
 * Checks that the site's own name is the name of the stack. Otherwise `up` would build one site under the name of another.
 * @throws {SiteError} if the names differ.
 */
export function assertStack(site: Site, stack: string, source: string): void {
  if (site.site.name === stack) return;
  throw new SiteError(source, [{ path: "af:site.name", message: `found "${site.site.name}"; allowed: "${stack}", the name of the stack` }]);
}
