import { security } from "../../policies/security/rules";
import { waiverProblems } from "../../policies/waivers";
import { collisions, type SiteInProject } from "../../stacks/site/collisions";
import { endsOf } from "../../stacks/site/ends";
import { SiteError, type Problem } from "../../stacks/site/problems";
import { siteNames } from "../../stacks/site/project";
import { siteIn } from "../../stacks/site/read";
import { readStackFile } from "../../stacks/site/stack-file";
import { siteArgument, type SiteArgument } from "./argument";

/** A site file that was read: the site, or everything that is wrong with the file by itself. */
export type SiteFileReading =
  { readonly kind: "right"; readonly found: SiteInProject } | { readonly kind: "wrong"; readonly problems: readonly Problem[] };

/** Reads a site file by itself, without the project's other sites. */
export function readSiteFile({ name, file }: SiteArgument): SiteFileReading {
  try {
    const stackFile = readStackFile(name, file);
    return { kind: "right", found: { site: siteIn(stackFile, name), encryption: stackFile.encryption } };
  } catch (error) {
    if (error instanceof SiteError) return { kind: "wrong", problems: error.problems };
    throw error;
  }
}

/** Everything that is wrong with a site file by itself; empty for a right one. */
export function problemsOfSite(site: SiteArgument): readonly Problem[] {
  const reading = readSiteFile(site);
  return reading.kind === "wrong" ? reading.problems : [];
}

/** The project's own sites, without those that are wrong by themselves: another site is not compared with them. */
export function sitesOfProject(): readonly SiteInProject[] {
  return siteNames()
    .map((name) => readSiteFile(siteArgument(name)))
    .flatMap((reading) => (reading.kind === "right" ? [reading.found] : []));
}

/**
 * Everything that is wrong with a site file, by itself, beside the project's other sites, and on this day.
 * @param project read once for all files.
 */
export function problemsInProject(reading: SiteFileReading, project: readonly SiteInProject[], today: Date): readonly Problem[] {
  if (reading.kind === "wrong") return reading.problems;
  return [...collisions(reading.found, project), ...ended(reading.found, today), ...unfitWaivers(reading.found, today)];
}

function ended({ site }: SiteInProject, today: Date): readonly Problem[] {
  return endsOf(site, today)
    .filter(({ daysLeft }) => daysLeft < 0)
    .map(({ path, what, until, mend }) => ({ path, message: `${what} ended on ${until}; ${mend}` }));
}

/** Waivers that no stack could use. Whether a waiver is used, only `plan` can tell. */
function unfitWaivers({ site }: SiteInProject, today: Date): readonly Problem[] {
  return waiverProblems(site, security, today);
}
