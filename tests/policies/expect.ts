import assert from "node:assert/strict";
import { inspect } from "node:util";
import { UNKNOWN } from "#af/policies/model/field";
import { judge, type PackVerdict } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import type { Finding, Rule } from "#af/policies/model/rules";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { withHardening } from "./hardening";
import { changed, CONTAINER, POD_SPEC, specPath, workload, WORKLOAD_KINDS, type Data, type WorkloadKind } from "./manifests";

/** The site of UNL, if somebody had looked at its cluster. */
export const SITE = withHardening(readSite("unl"));
export const KINDS = Object.keys(WORKLOAD_KINDS) as WorkloadKind[];
export const LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** The verdict of both packs, or of some rules, on plain objects of the site. */
export function verdictOn(objects: readonly Data[], rules: readonly Rule[] = RULES, site: Site = SITE): PackVerdict {
  return judge(
    rules,
    objects.flatMap((object) => objectsOf(object)),
    { site },
  );
}

/** What one rule says about plain objects of the site: the messages of its findings. */
export function saidBy(rule: Rule, objects: readonly Data[], site: Site = SITE): readonly string[] {
  return verdictOn(objects, [rule], site).findings.map(({ message }) => message);
}

/** What one rule compares, each in one line: who needs what, how much of it, and how much there is. */
export function comparedBy(rule: Rule, objects: readonly Data[], site: Site = SITE): readonly string[] {
  return verdictOn(objects, [rule], site).comparisons.map(
    ({ figure: { subject, resource, need, have, unit } }) => `${subject} ${resource}: ${need} of ${have} ${unit}`,
  );
}

/** The site with another value in one field. */
export function siteWith(steps: readonly (string | number)[], value: unknown, site: Site = SITE): Site {
  return changed(site, steps, value) as unknown as Site;
}

/** Asserts that the rule makes the only finding of both packs, about this path. Returns the finding. */
export function onlyFinding(objects: readonly Data[], rule: Rule, path: string, message: RegExp): Finding {
  const { findings } = verdictOn(objects);
  assert.deepEqual(
    findings.map((finding) => [finding.rule, finding.path]),
    [[rule.name, path]],
    inspect(findings, { depth: 4 }),
  );
  const [finding] = findings;
  assert.ok(finding);
  assert.match(finding.message, message);
  assert.equal(finding.remedy, rule.remedy);
  return finding;
}

/** Asserts that no rule of both packs makes a finding, and that this rule has checked something. */
export function nothingFound(objects: readonly Data[], rule: Rule): void {
  const { findings, checked } = verdictOn(objects);
  assert.deepEqual(findings, []);
  assert.ok((checked[rule.name] ?? 0) > 0, `${rule.name} checked nothing`);
}

/** Asserts that the rule makes a finding at its own level of a value that is not known, and of one of a wrong type. */
export function neverSilent(
  rule: Rule,
  object: Data,
  steps: readonly (string | number)[],
  wrong: unknown,
  others: readonly Data[] = [],
  site: Site = SITE,
): void {
  const said = (value: unknown) => verdictOn([...others, changed(object, steps, value)], [rule], site).findings;
  const [unknown, ...moreUnknown] = said(UNKNOWN);
  assert.match(unknown?.message ?? "nothing found", /^undetermined: .* is not known before up runs/, `${rule.name} at ${steps.join(".")}`);
  assert.equal(unknown?.enforcement, rule.enforcement);
  // What the description of a chart reads too leaves its workloads unknown as well, which is a finding of its own.
  for (const { message } of moreUnknown) assert.match(message, /^undetermined: .* is not known before up runs/);
  const [malformed] = said(wrong);
  // A value that the description of a chart reads too spoils the workloads of the release, which is said instead.
  const refusal =
    /^found .*; allowed: |^undetermined: spec\.values cannot be turned into .* the chart reads a (map|list|single value) there/;
  assert.match(malformed?.message ?? "nothing found", refusal, `${rule.name} at ${steps.join(".")}`);
  assert.equal(malformed?.enforcement, rule.enforcement);
}

/** Asserts that the rule refuses a defect in the pod spec of every kind of workload. */
export function refusedInEveryKind(rule: Rule, steps: readonly (string | number)[], value: unknown, path: string, message: RegExp): void {
  for (const kind of KINDS) {
    onlyFinding([workload(kind, changed(POD_SPEC, steps, value))], rule, `${specPath(kind)}.${path}`, message);
  }
}

/** Asserts that the rule refuses a defect of a container in every list of containers of every kind of workload. */
export function refusedInEveryContainer(
  rule: Rule,
  steps: readonly (string | number)[],
  value: unknown,
  path: string,
  message: RegExp,
): void {
  for (const kind of KINDS) {
    for (const list of LISTS) {
      const broken = changed({ ...CONTAINER, name: "broken" }, steps, value);
      const spec = list === "containers" ? { containers: [CONTAINER, broken] } : { ...POD_SPEC, [list]: [broken] };
      const index = list === "containers" ? 1 : 0;
      onlyFinding([workload(kind, spec)], rule, `${specPath(kind)}.${list}[${index}].${path}`, message);
    }
  }
}
