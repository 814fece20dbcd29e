import { createRequire } from "node:module";
import { Field } from "#af/policies/model/field";
import type { Rule } from "#af/policies/model/rules";
import { RULES } from "#af/policies/packs";
import { quotas } from "#af/policies/quotas/rules";
import { siteConfig, spelt, spoilt } from "../../support/site-config";
import { changed, type Data } from "../manifests";
import { CASES, type RuleCases } from "../quotas/cases";
import { SECURITY_EXAMPLES } from "../security/examples";
import { SITE_EXAMPLES } from "./site-examples";

export type Steps = readonly (string | number)[];

/** What a rule accepts or refuses. */
export interface Version {
  readonly objects: readonly Data[];
  /** Keys of the site file, without their prefix, that take the place of the example site's own; none where objects alone decide. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What a rule accepts and what it refuses; the two differ in one field. */
export interface Example {
  readonly rule: Rule;
  readonly accepted: Version;
  readonly refused: Version;
  /** The field, as findings write its path. */
  readonly field: string;
  /** Where the field is: in one of the objects, or in the settings. */
  readonly at: { readonly of: number | "settings"; readonly steps: Steps };
  /** The day of the judgement, if the rule is about days. */
  readonly today?: string;
}

/** The site whose hosts and settings decide the examples. */
export const EXAMPLE_SITE = "unl";

/** An example where one field of one object decides. */
export interface ObjectExample {
  readonly accepted: readonly Data[];
  readonly of: number;
  readonly at: Steps;
  /** The value that is refused. */
  readonly value: unknown;
}

/** An example where one field of the site file decides. */
export interface SiteExample {
  readonly objects: readonly Data[];
  /** Keys of the site file in the form that is accepted. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly at: Steps;
  readonly value: unknown;
  readonly today?: string;
}

/** An example of every rule that has cases. */
export function ruleExamples(): readonly Example[] {
  const load = createRequire(__filename);
  for (const rule of quotas) load(`../quotas/${rule.name}.test.ts`);
  return RULES.flatMap((rule) => {
    const ofSite = SITE_EXAMPLES[rule.name];
    if (ofSite) return [siteExample(rule, ofSite)];
    const ofObjects = SECURITY_EXAMPLES[rule.name];
    if (ofObjects) return [objectExample(rule, ofObjects)];
    return CASES.filter((cases) => cases.rule === rule).flatMap(exampleOf);
  });
}

/** The first refusing case whose object decides, else the first one. */
function exampleOf({ rule, passes, refused }: RuleCases): readonly Example[] {
  const [first = undefined] = [...refused].sort((a, b) => Number(a.of === "site") - Number(b.of === "site"));
  if (!first) return [];
  const { of, at, value } = first;
  if (of !== "site") return [objectExample(rule, { accepted: passes, of, at, value })];
  const key = String(at[0]);
  return [siteExample(rule, { objects: passes, settings: { [key]: siteConfig(EXAMPLE_SITE)[key] }, at, value })];
}

function objectExample(rule: Rule, { accepted, of, at, value }: ObjectExample): Example {
  const refused = accepted.map((object, index) => (index === of ? changed(object, at, value) : object));
  return {
    rule,
    accepted: { objects: accepted, settings: {} },
    refused: { objects: refused, settings: {} },
    field: at.reduce<string>((path, step) => (typeof step === "number" ? `${path}[${step}]` : new Field({}, path).at(step).path), ""),
    at: { of, steps: at },
  };
}

function siteExample(rule: Rule, { objects, settings, at, value, today }: SiteExample): Example {
  return {
    rule,
    accepted: { objects, settings },
    refused: { objects, settings: spoilt(settings, at, value) },
    field: spelt(at),
    at: { of: "settings", steps: at },
    ...(today !== undefined && { today }),
  };
}
