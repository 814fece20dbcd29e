import { groupOf } from "../../components/manifest";
import { UNKNOWN } from "../../policies/model/field";
import { releaseOf, type KubernetesObject } from "../../policies/model/objects";
import type { Finding } from "../../policies/model/rules";
import { chartSchema, effectiveValues } from "./charts";
import { crdSchemas } from "./crds";
import { schemaFolder } from "./folder";
import { checkRules } from "./rules";
import { mismatches, type Mismatch } from "./validate";

/** What was found by comparing with published schemas, and in words what was compared and what was not. */
export interface SchemaChecks {
  readonly findings: readonly Finding[];
  /** `checked: ...` or `not done: ...`. */
  readonly crds: string;
  readonly charts: string;
}

/**
 * API groups that are part of Kubernetes (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/). A kind of any other group,
 * such as gateway.networking.k8s.io, exists only where a CustomResourceDefinition was applied.
 */
const BUILT_IN =
  /^([^.]*|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io)$/;

/**
 * True for a kind that needs a CustomResourceDefinition. Pulumi's own kind Release of helm.sh is no object of the cluster and needs none.
 */
export function isCustom(object: { readonly apiVersion: string }): boolean {
  const group = groupOf(object.apiVersion);
  return group !== "helm.sh" && !BUILT_IN.test(group);
}

/** Checks custom resources against their definitions and chart values against the charts' schemas, as far as both are at hand. */
export function checkSchemas(objects: readonly KubernetesObject[]): SchemaChecks {
  const folder = schemaFolder();
  if ("missing" in folder) return { findings: [], crds: `not done: ${folder.missing}`, charts: `not done: ${folder.missing}` };
  const crds = checkCustomResources(objects, folder.crds);
  const charts = checkValues(objects, folder.charts);
  return { findings: [...crds.findings, ...charts.findings], crds: crds.said, charts: charts.said };
}

function checkCustomResources(
  objects: readonly KubernetesObject[],
  folder: string,
): { readonly findings: readonly Finding[]; readonly said: string } {
  const resources = objects.filter((object) => object.origin === undefined && isCustom(object));
  const schemas = crdSchemas(
    folder,
    resources.map((object) => ({ group: groupOf(object.apiVersion), kind: object.kind })),
  );
  const undefinedKinds = new Set<string>();
  let left = 0;
  const findings = resources.flatMap((object) => {
    const kind = `${object.apiVersion}/${object.kind}`;
    const schema = schemas.get(kind);
    if (schema !== undefined) {
      const rules = checkRules(schema, object.root.raw());
      left += rules.left.length;
      return [...mismatches(schema, object.root.raw()), ...rules.mismatches].map((mismatch) => finding(CRD_RULE, object, mismatch));
    }
    const served = [...schemas.keys()].filter(
      (other) => other.startsWith(`${groupOf(object.apiVersion)}/`) && other.endsWith(`/${object.kind}`),
    );
    if (served.length > 0) {
      const message = `found ${object.apiVersion}, which the definition does not serve; allowed: ${served.map((other) => other.slice(0, other.lastIndexOf("/"))).join(", ")}`;
      return [finding(CRD_RULE, object, { path: "apiVersion", message })];
    }
    undefinedKinds.add(kind);
    return [];
  });
  const summary = said(
    `${resources.length} custom resources`,
    resources.length - countOf(resources, undefinedKinds),
    [...undefinedKinds],
    "no definition of",
  );
  return { findings, said: `${summary}${left > 0 ? `; only the API server can evaluate ${left} of their rules` : ""}` };
}

function checkValues(
  objects: readonly KubernetesObject[],
  folder: string,
): { readonly findings: readonly Finding[]; readonly said: string } {
  const without = new Set<string>();
  let releases = 0;
  let unknown = 0;
  const findings = objects.flatMap((object) => {
    const release = releaseOf(object);
    if (release?.chart === undefined) return [];
    releases += 1;
    const published = chartSchema(folder, release.chart);
    if (!published) {
      without.add(release.chart);
      return [];
    }
    unknown += unknownLeaves(release.values.raw());
    return mismatches(published.schema, effectiveValues(published, release.values.raw()), release.values.raw()).map(({ path, message }) =>
      finding(VALUES_RULE, object, {
        path: path === "" ? release.values.path : `${release.values.path}.${path}`,
        message: `chart ${release.chart}: ${message}`,
      }),
    );
  });
  const summary = said(`${releases} releases`, releases - without.size, [...without], "no schema is published by");
  return { findings, said: `${summary}${unknown > 0 ? `; ${unknown} values are not known before up` : ""}` };
}

function countOf(resources: readonly KubernetesObject[], kinds: ReadonlySet<string>): number {
  return resources.filter(({ apiVersion, kind }) => kinds.has(`${apiVersion}/${kind}`)).length;
}

function said(all: string, checked: number, missing: readonly string[], why: string): string {
  return missing.length === 0 ? `checked: ${all}` : `checked: ${checked} of ${all}; ${why} ${[...missing].sort().join(", ")}`;
}

function unknownLeaves(value: unknown): number {
  if (value === UNKNOWN) return 1;
  return typeof value === "object" && value !== null ? Object.values(value).reduce((sum: number, each) => sum + unknownLeaves(each), 0) : 0;
}

const CRD_RULE = {
  rule: "custom-resources-follow-their-definition",
  remedy: "Write the field as the definition of the kind has it; the API server would drop an unknown one without a word.",
} as const;
const VALUES_RULE = {
  rule: "values-follow-their-chart",
  remedy: "Write the value as the chart's values.schema.json has it; Helm would refuse the release, or ignore the value.",
} as const;

function finding(
  { rule, remedy }: { readonly rule: string; readonly remedy: string },
  object: KubernetesObject,
  { path, message }: Mismatch,
): Finding {
  const { apiVersion, kind, namespace, name } = object;
  return {
    rule,
    pack: "schemas",
    severity: "high",
    enforcement: "mandatory",
    object: { apiVersion, kind, namespace, name },
    path,
    message,
    remedy,
    frameworks: ["facility:F-08"],
  };
}
