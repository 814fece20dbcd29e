import { ROLE_FACTS, ROLES } from "../components/tenancy/roles";
import { nameOf } from "../components/tenancy/settings";
import { daysUntil } from "../stacks/site/days";
import type { Problem } from "../stacks/site/problems";
import type { Site } from "../stacks/site/schema";
import type { Waiver } from "../stacks/site/waivers";
import type { Field } from "./model/field";
import type { KubernetesObject } from "./model/objects";
import { objectName, runRule, type JudgementOf, type Rule, type Severity } from "./model/rules";

/** Name of the rule about the waivers themselves. */
export const WAIVERS_ARE_EXACT = "waivers-are-exact";

/** Rules that no site may waive, and why. */
const NEVER_WAIVED: Readonly<Record<string, string>> = {
  "no-secret-literals": "who may read the object has the secret; move it to a Secret",
  "pods-keep-their-namespaces-level": "the API server refuses the pod all the same; mend the pod, or the level of its namespace",
  "namespaces-deny-by-default": "every other rule about connections counts on it; list the connection as a flow",
  "network-policies-are-enforced": "no other rule about connections says anything without it; change the network plugin",
  ...Object.fromEntries(
    ["namespaces-set-pod-security", "routes-name-their-own-hosts", "services-open-no-host-ports", "one-default-class"].map((rule) => [
      rule,
      "the cluster's own admission refuses the object all the same; mend the object",
    ]),
  ),
  "nothing-has-ended": "what has ended does not work again by it; renew it",
};

/** Most days from today to the end of a waiver, by the severity of its rule. We chose them: the graver the rule, the sooner it is argued anew. */
export const MOST_DAYS: Readonly<Record<Severity, number>> = { critical: 90, high: 180, medium: 365, low: 365 };

/** The waivers of a site that hold today. */
export function waiversInForce(site: Site, today: Date): readonly Waiver[] {
  return site.waivers.filter(({ until }) => daysUntil(until, today) >= 0);
}

/** What a field holds, as a waiver writes it: the subject of the violation, or the value; undefined if it holds nothing, and for a whole object. */
export function heldBy(field: Field, subject: string | undefined): string | undefined {
  if (subject !== undefined) return subject;
  if (field.path === "" || !field.given) return undefined;
  const value = field.raw();
  // JSON has no text for what is not known.
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The waiver for one violation; undefined if there is none. A field that holds something must hold what the waiver allows. */
export function waiverFor(
  waivers: readonly Waiver[],
  rule: string,
  object: KubernetesObject,
  field: Field,
  subject: string | undefined,
): Waiver | undefined {
  return waivers.find(
    (each) =>
      each.rule === rule && each.object === objectName(object) && each.field === field.path && each.allows === heldBy(field, subject),
  );
}

/**
 * What is wrong with the waivers of a site whatever the stack holds.
 * @param rules those that may be waived.
 */
export function waiverProblems(site: Site, rules: readonly Rule[], today: Date): readonly Problem[] {
  const userNamespaces = ROLES.filter((role) => ROLE_FACTS[role].runsUserCode).map((role) => nameOf(site.tenancy, role));
  return site.waivers.flatMap((waiver, index): readonly Problem[] => {
    const path = `af:waivers[${index}]`;
    const rule = rules.find(({ name }) => name === waiver.rule);
    const never = NEVER_WAIVED[waiver.rule];
    if (never !== undefined) return [{ path: `${path}.rule`, message: `nobody may waive ${waiver.rule}, so remove the waiver: ${never}` }];
    if (rule === undefined) {
      const allowed = rules.map(({ name }) => name).filter((name) => NEVER_WAIVED[name] === undefined);
      return [
        {
          path: `${path}.rule`,
          message: `found "${waiver.rule}", which is no rule that can be waived; allowed: ${allowed.join(", ")}. What does not fit the hosts does not fit by a waiver`,
        },
      ];
    }
    const [, namespace = ""] = / ([^/]+)\//.exec(waiver.object) ?? [];
    const days = daysUntil(waiver.until, today);
    const most = MOST_DAYS[rule.severity];
    const twin = site.waivers.findIndex((other) => sameSubject(other, waiver));
    return [
      ...(userNamespaces.includes(namespace) && ["critical", "high"].includes(rule.severity)
        ? [
            {
              path: `${path}.object`,
              message: `nobody may waive ${rule.name} in ${namespace}, where programs of users run; remove the waiver, and mend the object: ${rule.remedy}`,
            },
          ]
        : []),
      ...(days > most
        ? [
            {
              path: `${path}.until`,
              message: `found ${waiver.until}, which is ${days} days away; allowed for a rule of severity ${rule.severity}: ${most} at most, which is until "${dayAfter(today, most)}", so that somebody argues it anew`,
            },
          ]
        : []),
      ...(twin < index ? [{ path, message: `says what af:waivers[${twin}] says; remove one of them` }] : []),
    ];
  });
}

/** The day so many days after another, as a site file writes it. */
function dayAfter(today: Date, days: number): string {
  return new Date(today.getTime() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

/**
 * What the field of a waiver holds where its rule refuses it, as the waiver has to write it; undefined for one that holds nothing. It is judged by the rule alone,
 * because a finding does not keep what a field holds.
 */
export function heldWhereRefused(
  { object: name, field: path }: Waiver,
  rule: Rule,
  objects: readonly KubernetesObject[],
  site: Site,
  today: Date,
): readonly (string | undefined)[] {
  const held: (string | undefined)[] = [];
  const on: JudgementOf = (object) => ({
    violation: (field, _, subject) => {
      if (objectName(object) === name && field.path === path) held.push(heldBy(field, subject));
    },
    compared: () => undefined,
    attempt: (check) => {
      try {
        check();
      } catch {
        // What cannot be read is a finding of the rule itself.
      }
    },
    countChecked: () => undefined,
  });
  runRule(rule, objects, site, on, today);
  return [...new Set(held)];
}

function sameSubject(a: Waiver, b: Waiver): boolean {
  return a.rule === b.rule && a.object === b.object && a.field === b.field && a.allows === b.allows;
}
