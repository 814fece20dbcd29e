import { passes } from "../../policies/judge";
import { UsageError } from "../../terminal/failure";
import { conclusion } from "../finding-lines";
import { customKinds } from "./custom-kinds";
import { flowLines } from "./flow-lines";
import { planLines } from "./human";
import { manifestFiles, writeManifests } from "./manifests";
import { documentOf, type Plan } from "./plan";
import type { PlanReport, Wanted } from "./reports";

/**
 * Tells a plan, and writes its manifests if a folder is given.
 * @throws {UsageError} if the folder holds other files, or the flows cannot be read.
 */
export function reportOf(plan: Plan, wanted: Wanted, folder?: string): PlanReport {
  if (folder !== undefined) writeManifests(folder, manifestFiles(plan.resources));
  return {
    site: plan.site.site.name,
    passes: passes(plan.findings),
    verdict: conclusion(plan.findings, "fits and passes"),
    told: toldOf(plan, wanted),
  };
}

function toldOf(plan: Plan, { json, kinds, flows }: Wanted): PlanReport["told"] {
  if (kinds) return customKinds(plan.objects);
  if (json) return documentOf(plan);
  return flows ? flowText(plan) : planLines(plan).join("\n");
}

/** @throws {UsageError} if a policy cannot be read. */
function flowText({ site, connections }: Plan): string {
  const reached = connections();
  if (reached === undefined)
    throw new UsageError(`who reaches whom is not known, because a policy cannot be read. Which one: npm run -s plan -- ${site.site.name}`);
  return flowLines(reached).join("\n");
}
