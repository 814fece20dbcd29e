import { SiteError, type Problem } from "../../stacks/problems";
import { siteNames } from "../../stacks/project";
import { UsageError } from "../command";
import { styled } from "../text";
import { siteArgument, type SiteArgument } from "./argument";
import type { SitesDocument } from "./document";
import { problemsInProject, problemsOfSite } from "./problems";

/**
 * Reads site files and collects everything that is wrong with each, by itself and beside the project's other sites.
 * @param sites names or files; all of the project if empty.
 * @throws {UsageError} if the project has none.
 */
export function validate(sites: readonly string[]): SitesDocument {
  const named = sites.length > 0 ? sites : siteNames();
  if (named.length === 0) throw new UsageError("the project has no site; a site is a file Pulumi.<site>.yaml beside Pulumi.yaml");
  return { sites: named.map(siteArgument).map((site) => ({ name: site.name, problems: problemsOf(site) })) };
}

/** Lines for people. */
export function validateLines({ sites }: SitesDocument): readonly string[] {
  return sites.map(({ name, problems }) =>
    problems.length === 0 ? `${name}: ${styled("green", "right")}` : new SiteError(name, problems).message,
  );
}

function problemsOf(site: SiteArgument): readonly Problem[] {
  const problems = problemsOfSite(site);
  return problems.length > 0 ? problems : problemsInProject(site);
}
