import { rolesOf } from "../../stacks/site/parts";
import { nameOf } from "../../components/tenancy/settings";
import type { Site } from "../../stacks/site/schema";
import type { Waiver } from "../../stacks/site/waivers";
import { judge } from "../judge";
import { Field } from "../model/field";
import { is, WHOLE_STACK, type KubernetesObject } from "../model/objects";
import { objectName, type Finding, type Rule, type SiteRule } from "../model/rules";
import { heldWhereRefused, WAIVERS_ARE_EXACT, waiverProblems } from "../waivers";

/**
 * Makes the rule about the waivers of a site.
 * @param rules those that may be waived.
 */
export function waiversAreExact(rules: readonly Rule[]): SiteRule {
  return {
    name: WAIVERS_ARE_EXACT,
    pack: "security",
    title: "Every waiver of the site is about what a rule finds today, and about nothing else.",
    why: "A waiver that covers more than was argued hides what nobody has seen, and one that nothing needs any more waits for the next mistake.",
    sources: [],
    severity: "high",
    enforcement: "mandatory",
    remedy: "Correct the waiver in the site file, or remove it.",
    frameworks: ["facility:W-01"],
    scope: "site",
    check: (objects, site, on, today) => {
      const judgement = on(WHOLE_STACK);
      const problems = waiverProblems(site, rules, today);
      for (const { path, message } of problems) judgement.violation(new Field(undefined, path), message);
      const sound = site.waivers.map((waiver, index) => ({ waiver, path: `af:waivers[${index}]` }));
      for (const { waiver, path } of sound.filter((each) => !problems.some((problem) => problem.path.startsWith(each.path)))) {
        judgement.countChecked();
        const rule = rules.find(({ name }) => name === waiver.rule);
        if (rule === undefined) continue;
        const message = unused(waiver, rule, objects, site, today);
        if (message !== undefined) judgement.violation(new Field(undefined, path), message);
      }
    },
  };
}

/** Why nothing uses a waiver; undefined if something does, or if its object may be somewhere else. */
function unused(waiver: Waiver, rule: Rule, objects: readonly KubernetesObject[], site: Site, today: Date): string | undefined {
  const { waived, findings } = judge([rule], objects, { site, waivers: [waiver], today });
  if (waived.length > 0) return undefined;
  if (!objects.some((object) => objectName(object) === waiver.object))
    return isWholeFacility(objects, site) ? `there is no ${waiver.object}; correct the name, or remove the waiver` : undefined;
  const own = findings.filter((finding) => objectName(finding.object) === waiver.object);
  const sameField = own.filter((finding) => finding.path === waiver.field);
  if (sameField.length > 0)
    return `${waiver.object} ${waiver.field}: ${mismatch(waiver, heldWhereRefused(waiver, rule, objects, site, today))}. Found: ${found(sameField)}`;
  const elsewhere = own.length === 0 ? "the rule refuses nothing there" : `the rule refuses ${own.map(place).join(", ")}`;
  return `nothing uses it: ${elsewhere}; ${own.length === 0 ? "remove the waiver" : "correct its field, or remove the waiver"}`;
}

/** How what a waiver allows differs from what its field holds, and what to write. */
function mismatch({ allows }: Waiver, held: readonly (string | undefined)[]): string {
  const right = held.map((each) => (each === undefined ? "leave allows out" : `write allows: ${JSON.stringify(each)}`)).join(", or ");
  return allows === undefined
    ? `the waiver does not say what the field may hold, so it would cover anything; ${right}`
    : `the field does not hold ${allows}; mend the object, or if it is right as it is, ${right}`;
}

function found(findings: readonly Finding[]): string {
  return findings.map(({ message }) => message).join("; ");
}

function place({ path }: Finding): string {
  return path === "" ? "the whole object (field: an empty text)" : path;
}

/** True for the objects of a whole facility; false for some files of one, in which an object may be missing that is elsewhere. */
function isWholeFacility(objects: readonly KubernetesObject[], site: Site): boolean {
  const names = new Set(objects.filter((object) => is(object, "v1", "Namespace")).map(({ name }) => name));
  return rolesOf(site).every((role) => names.has(nameOf(site.tenancy, role)));
}
