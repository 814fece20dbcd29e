import type { Site } from "../../stacks/site/schema";
import { endingSoon } from "../../stacks/site/ends";
import { SiteError } from "../../stacks/site/problems";
import { siteNames } from "../../stacks/site/project";
import { UsageError } from "../../terminal/failure";
import { styled } from "../../terminal/text";
import { siteArgument } from "./argument";
import type { SitesDocument } from "./document";
import type { LiveName } from "./live-names";
import { problemsInProject, readSiteFile, sitesOfProject } from "./problems";

/** Asks what is outside of the site files whether it is as a site needs it. */
export type AskLive = (site: Site) => Promise<readonly LiveName[]>;

/**
 * Reads site files and collects everything that is wrong with each, by itself and beside the project's other sites.
 * @param sites names or files; all of the project if empty.
 * @param live asks what is outside of the files too, for sites whose files are right; nothing is asked unless it is given.
 * @param today decides what has ended or soon will.
 * @throws {UsageError} if the project has none.
 */
export async function validate(sites: readonly string[], live?: AskLive, today = new Date()): Promise<SitesDocument> {
  const named = sites.length > 0 ? sites : siteNames();
  if (named.length === 0) throw new UsageError("the project has no site; a site is a file Pulumi.<site>.yaml beside Pulumi.yaml");
  const project = sitesOfProject();
  const validated = named.map(siteArgument).map(async (site) => {
    const reading = readSiteFile(site);
    return {
      name: site.name,
      problems: problemsInProject(reading, project, today),
      endingSoon:
        reading.kind === "right" ? endingSoon(reading.found.site, today).map(({ path, name, until }) => ({ path, name, until })) : [],
      ...(live && reading.kind === "right" && { live: await live(reading.found.site) }),
    };
  });
  return { sites: await Promise.all(validated) };
}

/** True if something is wrong with a site, or could not be found out. */
export function isWrong({ problems, live = [] }: SitesDocument["sites"][number]): boolean {
  return problems.length > 0 || live.some(({ state }) => state !== "right");
}

const COLOURS = { right: "green", wrong: "red", missing: "red", unknown: "yellow" } as const;

/** Lines about validated sites for people. */
export function validateLines({ sites }: SitesDocument): readonly string[] {
  return sites.flatMap(({ name, problems, endingSoon: ending, live }) => [
    problems.length === 0 ? `${name}: ${styled("green", "right")}` : new SiteError(name, problems).message,
    ...ending.map((each) => `  ${styled("yellow", "soon")}: ${each.name} ends on ${each.until}`),
    ...(live?.map((each) => `  ${styled(COLOURS[each.state], each.state)}: ${each.path}: ${each.name} ${each.message}`) ?? []),
    ...(live?.length === 0 ? ["  nothing to ask the DNS for: no user has a name of its own"] : []),
  ]);
}
