import { endingSoon } from "../../stacks/site/ends";
import { SiteError } from "../../stacks/site/problems";
import { siteNames } from "../../stacks/site/project";
import { UsageError } from "../../terminal/failure";
import { styled } from "../../terminal/text";
import { siteArgument } from "./argument";
import type { SitesDocument } from "./document";
import { problemsInProject, readSiteFile, sitesOfProject } from "./problems";

/**
 * Reads site files and collects everything that is wrong with each, by itself and beside the project's other sites.
 * @param sites names or files; all of the project if empty.
 * @param today decides what has ended or soon will.
 * @throws {UsageError} if the project has none.
 */
export function validate(sites: readonly string[], today = new Date()): SitesDocument {
  const named = sites.length > 0 ? sites : siteNames();
  if (named.length === 0) throw new UsageError("the project has no site; a site is a file Pulumi.<site>.yaml beside Pulumi.yaml");
  const project = sitesOfProject();
  return {
    sites: named.map(siteArgument).map((site) => {
      const reading = readSiteFile(site);
      return {
        name: site.name,
        problems: problemsInProject(reading, project, today),
        endingSoon:
          reading.kind === "right" ? endingSoon(reading.found.site, today).map(({ path, name, until }) => ({ path, name, until })) : [],
      };
    }),
  };
}

/** Lines about validated sites for people. */
export function validateLines({ sites }: SitesDocument): readonly string[] {
  return sites.flatMap(({ name, problems, endingSoon: ending }) => [
    problems.length === 0 ? `${name}: ${styled("green", "right")}` : new SiteError(name, problems).message,
    ...ending.map((each) => `  ${styled("yellow", "soon")}: ${each.name} ends on ${each.until}`),
  ]);
}
