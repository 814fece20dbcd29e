import * as fs from "node:fs";
import { readSite } from "../../stacks/site/read";
import { reasonOf, UsageError } from "../../terminal/failure";
import type { ProgressSteps } from "../../terminal/progress";
import { documentOf, makePlan, type Plan } from "../plan/plan";
import { withApprovals } from "../../changes/approvals";
import { EarlierState } from "./at-ref";
import { changesBetween } from "../../changes/changes";
import { changesDocument, type ChangesDocument, type SiteChanges } from "./document";
import { asProgrammed, deployedResources } from "../../changes/state";
import { plannedResources, plannedState, type PlannedState } from "./planned-state";
import { verdictChanges } from "./verdicts";

/** What `plan` compares with: a state of the repository, or what is deployed. */
export type Baseline = { readonly kind: "against"; readonly ref: string } | { readonly kind: "deployed"; readonly file: string };

/** What changes, and the plans here, in the order in which the sites were asked for. */
export interface PlannedChanges {
  readonly document: ChangesDocument;
  readonly plans: readonly Plan[];
}

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
): Promise<PlannedChanges> {
  if (configFile !== undefined && sites.length > 1)
    throw new UsageError(`--config-file: found several sites: ${sites.join(", ")}; allowed: one, because the file is that of one site`);
  switch (baseline.kind) {
    case "deployed": {
      const [site] = sites;
      if (site === undefined || sites.length > 1)
        throw new UsageError("--deployed: found several sites; allowed: one, because a state is that of one stack");
      const deployed = deployedResources(jsonIn(baseline.file), baseline.file, site);
      const plan = await makePlan(readSite(site, configFile), progress);
      const after = stateOf(plan);
      const resources = plannedResources(after);
      const all = changesBetween(asProgrammed(deployed, resources), resources);
      const { changes, problems } = withApprovals(all, plan.site.approvals, true, new Date());
      // What the packs said of what is deployed is in no state, so only what is worse today can be told.
      const verdicts = verdictChanges(after, after);
      const unfit = { unfitApprovals: problems, verdicts };
      const document = changesDocument("what is deployed", [{ site, isNew: deployed.length === 0, changes, ...unfit }]);
      return { document, plans: [plan] };
    }
    case "against": {
      using earlier = new EarlierState(baseline.ref, progress);
      const all: SiteChanges[] = [];
      const plans: Plan[] = [];
      for (const site of sites) {
        const before = earlier.plan(site);
        const plan = await makePlan(readSite(site, configFile), progress);
        plans.push(plan);
        const after = stateOf(plan);
        const own = changesBetween(before ? plannedResources(before) : [], plannedResources(after));
        // An approval may be about a change that came earlier and is not made yet.
        const { changes, problems } = withApprovals(own, plan.site.approvals, false, new Date());
        all.push({ site, isNew: before === undefined, changes, unfitApprovals: problems, verdicts: verdictChanges(before, after) });
      }
      return { document: changesDocument(baseline.ref, all), plans };
    }
  }
}

function stateOf(plan: Plan): PlannedState {
  return plannedState(documentOf(plan), plan.site.site.name);
}

/** @throws {UsageError} if the file cannot be read, or is not JSON. */
function jsonIn(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${reasonOf(error)}; allowed: the file that pulumi stack export --file ${file} writes`);
  }
}
