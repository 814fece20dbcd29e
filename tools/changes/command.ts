import * as fs from "node:fs";
import { readSite } from "../../stacks/site/read";
import { reasonOf, UsageError } from "../../terminal/failure";
import type { ProgressSteps } from "../../terminal/progress";
import { documentOf, makePlan } from "../plan/plan";
import { withApprovals } from "./approvals";
import { EarlierState } from "./at-ref";
import { changesBetween } from "./changes";
import { changesDocument, type ChangesDocument, type SiteChanges } from "./document";
import { asProgrammed, deployedResources, plannedResources, plannedState, type PlannedState } from "./state";
import { verdictChanges } from "./verdicts";

/** What `plan` compares with: a state of the repository, or what is deployed. */
export type Baseline = { readonly kind: "against"; readonly ref: string } | { readonly kind: "deployed"; readonly file: string };

/**
 * What the sites' plans change against a baseline.
 * @param configFile file of the one site, if it is not `Pulumi.<site>.yaml`.
 * @throws {UsageError} if the baseline cannot be read.
 */
export async function changesOf(
  sites: readonly string[],
  baseline: Baseline,
  progress: ProgressSteps,
  configFile?: string,
): Promise<ChangesDocument> {
  if (configFile !== undefined && sites.length > 1)
    throw new UsageError(`--config-file: found several sites: ${sites.join(", ")}; allowed: one, because the file is that of one site`);
  switch (baseline.kind) {
    case "deployed": {
      const [site] = sites;
      if (site === undefined || sites.length > 1)
        throw new UsageError("--deployed: found several sites; allowed: one, because a state is that of one stack");
      const deployed = deployedResources(jsonIn(baseline.file), baseline.file, site);
      const after = await planned(site, progress, configFile);
      const resources = plannedResources(after);
      const all = changesBetween(asProgrammed(deployed, resources), resources);
      const { changes, problems } = withApprovals(all, readSite(site, configFile).approvals, true, new Date());
      // What the packs said of what is deployed is in no state, so only what is worse today can be told.
      const verdicts = verdictChanges(after, after);
      return changesDocument("what is deployed", [{ site, isNew: deployed.length === 0, changes, unfitApprovals: problems, verdicts }]);
    }
    case "against": {
      using earlier = new EarlierState(baseline.ref, progress);
      const all: SiteChanges[] = [];
      for (const site of sites) {
        const before = earlier.plan(site);
        const after = await planned(site, progress, configFile);
        const own = changesBetween(before ? plannedResources(before) : [], plannedResources(after));
        // An approval may be about a change that came earlier and is not made yet.
        const { changes, problems } = withApprovals(own, readSite(site, configFile).approvals, false, new Date());
        all.push({ site, isNew: before === undefined, changes, unfitApprovals: problems, verdicts: verdictChanges(before, after) });
      }
      return changesDocument(baseline.ref, all);
    }
  }
}

async function planned(site: string, progress: ProgressSteps, configFile: string | undefined): Promise<PlannedState> {
  const document: unknown = documentOf(await makePlan(readSite(site, configFile), progress));
  return plannedState(document, site);
}

/** @throws {UsageError} if the file cannot be read, or is not JSON. */
function jsonIn(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${reasonOf(error)}; allowed: the file that pulumi stack export --file ${file} writes`);
  }
}
