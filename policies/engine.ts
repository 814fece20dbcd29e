import { reasonOf } from "../terminal/failure";
import type { Policies, ReportViolation } from "@pulumi/policy";
import type { Site } from "../stacks/site/schema";
import { DeclaredObjects } from "./declared-objects";
import { siteOfStack } from "./stack-site";
import { judge } from "./judge";
import { objectName, type Finding, type ObjectRule, type Rule, type SiteRule, type StackRule } from "./model/rules";
import { is, type KubernetesObject } from "./model/objects";

/**
 * Makes policies of the Pulumi engine out of rules. A rule that meets a value that is not known yet makes a finding at its own level. The policy SDK would make
 * an advisory line of it, whatever the level of the policy (docs/sources.md, Policies).
 * @param inventory reads the site; it is called when a rule needs it.
 */
export function enginePolicies(rules: readonly Rule[], inventory: () => Site = siteOfStack): Policies {
  const declared = new DeclaredObjects();
  const facility = readOnce(inventory);
  return rules.map((rule) => {
    const { name, title, enforcement, severity, remedy, frameworks } = rule;
    const facts = {
      name,
      description: title,
      enforcementLevel: enforcement,
      severity,
      remediationSteps: remedy,
      tags: [...frameworks],
    };
    switch (rule.scope) {
      case "object":
        return {
          ...facts,
          validateResource: (resource, report) => judgeObjects(rule, declared.remember(resource), facility, report),
        };
      case "stack":
      case "site":
        return {
          ...facts,
          validateResource: (resource) => void declared.remember(resource),
          validateStack: ({ resources }, report) => judgeStack(rule, declared.ofStack(resources), { inventory, facility }, report),
        };
    }
  });
}

/** The site, for the exceptions and waivers of rules that need no site; undefined where it cannot be read. It is read when it is first asked for. */
function readOnce(inventory: () => Site): () => Site | undefined {
  let read: { readonly site: Site | undefined } | undefined;
  return () => {
    if (read === undefined)
      try {
        read = { site: inventory() };
      } catch {
        read = { site: undefined };
      }
    return read.site;
  };
}

function judgeObjects(
  rule: ObjectRule,
  objects: readonly KubernetesObject[],
  facility: () => Site | undefined,
  report: ReportViolation,
): void {
  for (const finding of judge([rule], objects, { site: facility() }).findings) report(findingSentence(finding));
}

function judgeStack(
  rule: StackRule | SiteRule,
  objects: readonly KubernetesObject[],
  { inventory, facility }: { readonly inventory: () => Site; readonly facility: () => Site | undefined },
  report: ReportViolation,
): void {
  let site = facility();
  if (rule.scope === "site") {
    try {
      site = inventory();
    } catch (error) {
      report(`cannot be judged without the site's inventory: ${reasonOf(error)}`);
      return;
    }
  }
  for (const finding of judge([rule], objects, { site }).findings) {
    const { apiVersion, kind, namespace, name } = finding.object;
    report(
      findingSentence(finding),
      objects.find((object) => is(object, apiVersion, kind) && object.namespace === namespace && object.name === name)?.urn,
    );
  }
}

/** A finding as one sentence: where it is, what it is, and how to mend it. */
export function findingSentence({ object, path, message, remedy }: Finding): string {
  return `${objectName(object)}${path === "" ? "" : ` ${path}`}: ${message}. ${remedy}`;
}
