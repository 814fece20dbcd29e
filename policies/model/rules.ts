import type { Site } from "../../stacks/site/schema";
import type { Field } from "./field";
import type { Figure } from "./figures";
import { is, WHOLE_STACK, type KubernetesObject } from "./objects";
import { containersOf, podTemplateOf, type PodContainer, type PodTemplate } from "./pods";

/** What one rule says of one object, as every command prints it. */
export interface Finding {
  /** Name of the rule. */
  readonly rule: string;
  readonly pack: string;
  readonly severity: Severity;
  /** `mandatory` stops a preview and an `up`; `advisory` is printed and stops nothing. */
  readonly enforcement: Enforcement;
  readonly object: ObjectReference;
  /** The path of the field, from the root of the object; empty if the finding is about the whole object. */
  readonly path: string;
  /** What was found and what is allowed. It never repeats a value of a Secret or of an environment variable. */
  readonly message: string;
  /** How to mend it. */
  readonly remedy: string;
  /** Which catalogues ask for it, such as `PSS:baseline:privileged-containers`: {@link RuleFacts.frameworks}. */
  readonly frameworks: readonly string[];
  /** The need that does not fit, for a rule that compares amounts. */
  readonly figures?: readonly Figure[];
}

/** A need that a rule compared with what there is, whether the need fits or not. */
export interface Compared {
  readonly rule: string;
  readonly pack: string;
  readonly object: ObjectReference;
  /** Path of the field that sets the bound or makes the demand, from the root of the object. */
  readonly path: string;
  readonly figure: Figure;
}

/** Names an object. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** How much harm it may do to break a rule, from the least on. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];
/** Whether breaking a rule is printed only, or stops a preview and an `up`. */
export const ENFORCEMENTS = ["advisory", "mandatory"] as const;
/** One of {@link ENFORCEMENTS}. */
export type Enforcement = (typeof ENFORCEMENTS)[number];
/** The policy packs of the project. */
export const PACKS = ["quotas", "security"] as const;
/** One of {@link PACKS}. */
export type Pack = (typeof PACKS)[number];

/** Records what a rule finds about one object. A check that throws {@link Undetermined} or {@link Malformed} has found that its object cannot be judged. */
export interface Judgement {
  /**
   * Records that the object breaks the rule.
   * @param field what is wrong.
   * @param message what was found and what is allowed.
   * @param subject what exactly the object asks for (`hostNetwork`, a path, a capability). A standing exception allows a subject by this text.
   */
  violation(field: Field, message: string, subject?: string): void;
  /**
   * Compares a need with what there is. The comparison is kept with the verdict, and it is a violation if the need does not fit.
   * @param field what sets the bound or makes the demand.
   * @param message replaces the sentence that {@link shortageText} makes of the figure.
   */
  compared(field: Field, figure: Figure, message?: string): void;
  /** Runs a check of one part of the object. If that part cannot be read, this is a finding, and the other parts are still judged. */
  attempt(check: () => void): void;
  /** Counts one thing that the rule has checked. A rule that has checked nothing has proved nothing. */
  countChecked(): void;
}

/** What every rule says about itself. */
interface RuleFacts {
  /** In kebab-case, and unique over both packs: it is the name of the policy in the engine too. */
  readonly name: string;
  readonly pack: Pack;
  /** A sentence that says what is true of a stack that keeps the rule. */
  readonly title: string;
  /** What happens to a facility that breaks the rule, or what makes it necessary; a sentence or more. */
  readonly why: string;
  /** Pages upstream on which that is said; none for what is this project's own. */
  readonly sources: readonly string[];
  readonly severity: Severity;
  readonly enforcement: Enforcement;
  /** How to mend what breaks the rule. */
  readonly remedy: string;
  /** True if it judges options of the engine's resources, which no manifest has. It is skipped where there are none. */
  readonly ofOptions?: true;
  /** Checks of public catalogues that the rule covers, and numbers of this project's own catalogue (`facility:`); docs/sources.md, Policies. */
  readonly frameworks: readonly [Framework, ...Framework[]];
}

/** Catalogues whose checks rules cover; `facility` is this project's own. docs/sources.md, Policies, says where each is. */
export const CATALOGUES = ["PSS", "CIS", "NSA", "Kubescape", "Checkov", "Trivy", "facility"] as const;
/** A check of one of {@link CATALOGUES}, as the catalogue spells it: `PSS:baseline:capabilities`, `CIS:5.2.9`. */
export type Framework = `${(typeof CATALOGUES)[number]}:${string}`;

/** A rule that one object alone decides. */
export interface ObjectRule extends RuleFacts {
  readonly scope: "object";
  readonly check: (object: KubernetesObject, judgement: Judgement) => void;
}

/** A rule that all objects of a stack decide together. */
export interface StackRule extends RuleFacts {
  readonly scope: "stack";
  readonly check: (objects: readonly KubernetesObject[], on: JudgementOf) => void;
}

/** A rule that all objects and the site file decide together. */
export interface SiteRule extends RuleFacts {
  readonly scope: "site";
  /** @param today decides what has ended; it counts as a day of UTC. */
  readonly check: (objects: readonly KubernetesObject[], site: Site, on: JudgementOf, today: Date) => void;
}

/** A rule. It runs unchanged in the Pulumi engine, on plain manifests and on a recorded program. */
export type Rule = ObjectRule | StackRule | SiteRule;

/** Gives the judgement of the rule about one object. */
export type JudgementOf = (object: KubernetesObject) => Judgement;

/**
 * Runs a rule on all objects; a rule about a site only where there is one.
 * @param today decides what has ended.
 */
export function runRule(rule: Rule, objects: readonly KubernetesObject[], site: Site | undefined, on: JudgementOf, today: Date): void {
  switch (rule.scope) {
    case "object":
      for (const object of objects) on(object).attempt(() => rule.check(object, on(object)));
      break;
    case "stack":
      on(WHOLE_STACK).attempt(() => rule.check(objects, on));
      break;
    case "site":
      if (site !== undefined) on(WHOLE_STACK).attempt(() => rule.check(objects, site, on, today));
      break;
  }
}

/** Makes the check of a rule about every pod and every pod template, whatever kind of workload has it. */
export function everyPod(check: (pod: PodTemplate, judgement: Judgement) => void): ObjectRule["check"] {
  return (object, judgement) => {
    const pod = podTemplateOf(object);
    if (!pod) return;
    judgement.countChecked();
    check(pod, judgement);
  };
}

/** Makes the check of a rule about every container; init containers, sidecars and ephemeral containers are among them. */
export function everyContainer(check: (container: PodContainer, judgement: Judgement) => void): ObjectRule["check"] {
  return (object, judgement) => {
    const pod = podTemplateOf(object);
    if (!pod) return;
    for (const container of containersOf(pod)) {
      judgement.countChecked();
      judgement.attempt(() => check(container, judgement));
    }
  };
}

/** The name of an object in messages: `Deployment cmsaf-prod/hub`. */
export function objectName(reference: ObjectReference): string {
  if (is(reference, WHOLE_STACK.apiVersion, WHOLE_STACK.kind)) return "the stack";
  const { kind, namespace, name } = reference;
  const known = name === "" ? "(name not known yet)" : name;
  return `${kind} ${namespace === "" ? known : `${namespace}/${known}`}`;
}

/** The page about a rule, from the folder of the project. It is generated (`npm run reference`). */
export function pageOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}
