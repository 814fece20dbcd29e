import { plain } from "../../policies/engine-values";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { judge, passes, type PackVerdict } from "../../policies/judge";
import { objectsOfResource, type KubernetesObject } from "../../policies/model/objects";
import { RULES } from "../../policies/packs";
import { demands, type NamespaceDemand } from "../../policies/model/demand";
import { skipUnreadable } from "../../policies/model/workloads";
import type { Finding } from "../../policies/model/rules";
import { recordProgram, type Recording } from "../../stacks/record";
import type { Site } from "../../stacks/site/schema";
import type { Progress } from "../command";
import { comparisonEntries, exceptionsUsed, findingEntries, ruleSummary } from "../findings";
import { checkSchemas, type SchemaChecks } from "../schemas/check";
import { capacityOf, type CapacityProof } from "./capacity";
import { capacityEntry, type PlanDocument } from "./document";
import { withoutSecrets, type SafeResource } from "./secrets";

/** A whole facility, built nowhere, judged. */
export interface Plan {
  readonly site: Site;
  readonly resources: readonly SafeResource[];
  readonly objects: readonly KubernetesObject[];
  readonly verdict: PackVerdict;
  readonly schemas: SchemaChecks;
  readonly demands: readonly NamespaceDemand[];
  readonly capacity: CapacityProof;
  /** Of both packs, of schemas, and of secrets that would be readable. */
  readonly findings: readonly Finding[];
}

/**
 * Runs the program of a site and judges what it makes. Needs no CLI, cluster or secret.
 * @throws {RecordingError} if the program itself does not run through.
 */
export async function makePlan(site: Site, progress: Progress): Promise<Plan> {
  progress.step("running the program");
  return judgeRecording(await recordProgram(site), progress);
}

/** Judges a recorded program. */
export function judgeRecording(recording: Recording, progress: Progress): Plan {
  const { site, resources } = recording;
  const objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
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
    // What cannot be added up is in the findings already.
    demands: demands(objects, schedulableHosts(site), skipUnreadable),
    capacity,
    findings: [...verdict.findings, ...schemas.findings, ...findings],
  };
}

/** The plan as one document. */
export function documentOf({ site, resources, verdict, schemas, demands: namespaces, capacity, findings }: Plan): PlanDocument {
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
    rules: ruleSummary(verdict),
    comparisons: comparisonEntries(verdict),
    capacity: capacityEntry(capacity),
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
