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
  const [first] = rules;
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
          validateResource: (resource, report) => judgeObjects(rule, declared.remember(resource), facility(), report),
        };
      case "stack":
      case "site":
        return {
          ...facts,
          // For each policy that looks at a resource the SDK and the engine have work with it, and a refusal to mend it: for fifty, half a second of a preview.
          ...(rule === first ? { validateResource: (resource) => void declared.remember(resource) } : {}),
          validateStack: ({ resources }, report) =>
            resources.length > 0 && declared.isEmpty
              ? report(
                  `cannot be judged: ${first?.name}, the first rule of the pack, keeps for all what the program declares, and is disabled. ${ENABLE}`,
                )
              : judgeStack(rule, declared.ofStack(resources), facility(), report),
        };
    }
  });
}

const ENABLE = "Take it out of what --policy-pack-config disables; waivers in the site file let single objects pass.";

/** The site of a stack, or why it cannot be read. */
type Facility = { readonly site: Site } | { readonly unreadable: string };

/** Reads the site when it is first asked for, and once for all rules: what they work out for a site is kept with it. */
function readOnce(inventory: () => Site): () => Facility {
  let read: Facility | undefined;
  return () => (read ??= readable(inventory));
}

function readable(inventory: () => Site): Facility {
  try {
    return { site: inventory() };
  } catch (error) {
    return { unreadable: reasonOf(error) };
  }
}

/** Rules that need no site are judged without it too, then without its exceptions and waivers. */
function siteIfAny(facility: Facility): Site | undefined {
  return "site" in facility ? facility.site : undefined;
}

function judgeObjects(rule: ObjectRule, objects: readonly KubernetesObject[], facility: Facility, report: ReportViolation): void {
  for (const finding of judge([rule], objects, { site: siteIfAny(facility) }).findings) report(findingSentence(finding));
}

function judgeStack(rule: StackRule | SiteRule, objects: readonly KubernetesObject[], facility: Facility, report: ReportViolation): void {
  if (rule.scope === "site" && "unreadable" in facility) {
    report(`cannot be judged without the site's inventory: ${facility.unreadable}`);
    return;
  }
  for (const finding of judge([rule], objects, { site: siteIfAny(facility) }).findings) {
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
