import { collisions, type SiteInProject } from "../../stacks/collisions";
import { SiteError, type Problem } from "../../stacks/problems";
import { siteNames } from "../../stacks/project";
import { readSite } from "../../stacks/read-site";
import type { Site } from "../../stacks/site";
import { readStackFile } from "../../stacks/stack-file";
import { siteArgument, type SiteArgument } from "./argument";

/** Everything that is wrong with a site file by itself; empty for one that is right. */
export function problemsOfSite({ name, file }: SiteArgument): readonly Problem[] {
  try {
    readSite(name, file);
    return [];
  } catch (error) {
    if (error instanceof SiteError) return error.problems;
    throw error;
  }
}

/** What a site that is right by itself takes away from another site of the project. */
export function problemsInProject({ name, file }: SiteArgument): readonly Problem[] {
  return collisions(inProject({ name, file }), otherSites(name));
}

/** The same for a site that has no file yet. */
export function problemsOfNewSite(site: Site): readonly Problem[] {
  return collisions({ site, encryption: undefined }, otherSites(site.site.name));
}

/** A site that is wrong by itself is no witness against another one. */
function otherSites(name: string): readonly SiteInProject[] {
  return siteNames()
    .filter((other) => other !== name)
    .map(siteArgument)
    .filter((other) => problemsOfSite(other).length === 0)
    .map(inProject);
}

function inProject({ name, file }: SiteArgument): SiteInProject {
  return { site: readSite(name, file), encryption: readStackFile(name, file).encryption };
}
