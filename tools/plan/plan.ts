import { schedulableHosts } from "../../components/nodes/schedulable";
import { judge, passes, type PackVerdict } from "../../policies/judge";
import { connectionsOf, type Connections } from "../../policies/model/connections";
import { Malformed, Undetermined } from "../../policies/model/field";
import { flowTable } from "../../policies/model/flow-table";
import { inOrder, type KubernetesObject } from "../../policies/model/objects";
import { RULES } from "../../policies/packs";
import { recordedObjects } from "../../policies/recorded-objects";
import { demands, type NamespaceDemand } from "../../policies/model/demand";
import { skipUnreadable } from "../../policies/model/workloads";
import type { Finding } from "../../policies/model/rules";
import { recordProgram, type Recording } from "../../stacks/record";
import type { Site } from "../../stacks/site/schema";
import type { ProgressSteps } from "../../terminal/progress";
import { comparisonEntries, exceptionsUsed, findingEntries, ruleSummary, waiversUsed } from "../findings";
import { checkSchemas, type SchemaChecks } from "../schemas/check";
import { capacityOf, type CapacityProof } from "./capacity";
import { capacityEntry, type PlanDocument } from "./document";
import { dataRatesOf, ratesEntry } from "./rates";
import { withoutSecrets, type SafeResource } from "./secrets";

/** A whole facility as it would be built, and what was found about it. */
export interface Plan {
  readonly site: Site;
  readonly resources: readonly SafeResource[];
  readonly objects: readonly KubernetesObject[];
  readonly verdict: PackVerdict;
  readonly schemas: SchemaChecks;
  readonly demands: readonly NamespaceDemand[];
  readonly capacity: CapacityProof;
  /** Who reaches whom, worked out on call, which may take a second; undefined if a policy cannot be read, which is a finding too. */
  readonly connections: () => Connections | undefined;
  /** Findings of both policy packs, of the schemas, and about secrets that could be read. */
  readonly findings: readonly Finding[];
}

/**
 * Runs the program of a site and judges what it makes. Needs no CLI, cluster or secret.
 * @throws {RecordingError} if the program itself does not run through.
 */
export async function makePlan(site: Site, progress: ProgressSteps): Promise<Plan> {
  progress.step("running the program");
  return judgeRecording(await recordProgram(site), progress);
}

/** Judges what a program has made. */
export function judgeRecording(recording: Recording, progress: ProgressSteps): Plan {
  const { site } = recording;
  const objects = inOrder(recordedObjects(recording));
  progress.step("judging by both policy packs");
  const verdict = judge(RULES, objects, { site });
  progress.step("asking what fits on the hosts");
  const capacity = capacityOf(objects, site);
  progress.step("comparing with schemas");
  const schemas = checkSchemas(objects);
  const { safe, findings } = withoutSecrets(recording);
  return {
    site,
    resources: safe,
    objects,
    verdict,
    schemas,
    // Demands that cannot be added up are findings already.
    demands: demands(objects, schedulableHosts(site), skipUnreadable),
    capacity,
    connections: () => readable(() => connectionsOf(objects, site)),
    findings: [...verdict.findings, ...schemas.findings, ...findings],
  };
}

/** What a reading of objects gives; undefined where they cannot be read. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Undetermined || error instanceof Malformed) return undefined;
    throw error;
  }
}

/** The plan as one document. */
export function documentOf({
  site,
  resources,
  verdict,
  schemas,
  demands: namespaces,
  capacity,
  connections,
  findings,
}: Plan): PlanDocument {
  const reached = connections();
  const rates = dataRatesOf(site);
  return {
    site: { name: site.site.name, title: site.site.title },
    resources: resources.map(({ resource: { urn, type, name, parent, custom, options }, inputs }) => ({
      urn,
      type,
      name,
      ...(parent !== undefined && { parent }),
      component: !custom,
      inputs,
      options: { ...options, deletedWith: options.deletedWith },
    })),
    findings: findingEntries(findings),
    exceptions: exceptionsUsed(verdict),
    waivers: waiversUsed(verdict),
    rules: ruleSummary(verdict),
    comparisons: comparisonEntries(verdict),
    capacity: capacityEntry(capacity),
    ...(rates && { rates: ratesEntry(rates) }),
    flows: reached ? flowTable(reached) : [],
    summary: {
      passes: passes(findings),
      resources: resources.filter(({ resource }) => resource.custom).length,
      components: resources.filter(({ resource }) => !resource.custom).length,
      protected: resources.filter(({ resource }) => resource.options.protect).length,
      pods: namespaces.reduce((sum, { pods }) => sum + pods, 0),
      mandatory: findings.filter(({ enforcement }) => enforcement === "mandatory").length,
      advisory: findings.filter(({ enforcement }) => enforcement === "advisory").length,
    },
    checks: { crds: schemas.crds, charts: schemas.charts },
  };
}
