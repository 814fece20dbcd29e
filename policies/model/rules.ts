import type { Site } from "../../stacks/site/schema";
import type { Field } from "./field";
import type { Figure } from "./figures";
import { is, WHOLE_STACK, type KubernetesObject } from "./objects";
import { containersOf, podTemplateOf, type PodContainer, type PodTemplate } from "./pods";

/** A judgement of one rule about one object, as every command prints it. */
export interface Finding {
  /** Name of the rule. */
  readonly rule: string;
  readonly pack: string;
  readonly severity: Severity;
  /** `mandatory` stops a preview and an `up`; `advisory` is said and no more. */
  readonly enforcement: Enforcement;
  readonly object: ObjectReference;
  /** The field, from the object's root; empty if it is the object itself. */
  readonly path: string;
  /** What was found and what is allowed. Never a value out of a Secret or an environment. */
  readonly message: string;
  /** How to mend it. */
  readonly remedy: string;
  /** What asks for it, e.g. `PSS:baseline:privileged-containers`. */
  readonly frameworks: readonly string[];
  /** What did not fit, where the rule counts. */
  readonly figures?: readonly Figure[];
}

/** A need that a rule compared with what there is, whether it fits or not. */
export interface Compared {
  readonly rule: string;
  readonly pack: string;
  readonly object: ObjectReference;
  /** The field that bounds or asks, from the object's root. */
  readonly path: string;
  readonly figure: Figure;
}

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];
export const ENFORCEMENTS = ["advisory", "mandatory"] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];
export const PACKS = ["quotas", "security"] as const;
export type Pack = (typeof PACKS)[number];

/** Where a check says what it found. One that throws Undetermined or Malformed has found that. */
export interface Judgement {
  /**
   * @param field what is wrong.
   * @param message what was found and what is allowed.
   * @param subject what exactly is asked for (`hostNetwork`, a path, a capability): exceptions name it.
   */
  violation(field: Field, message: string, subject?: string): void;
  /**
   * Looks at a need and at what there is: recorded with the verdict, and a violation if it does not fit.
   * @param field what bounds or asks.
   * @param message in place of the sentence that the figure itself makes.
   */
  compared(field: Field, figure: Figure, message?: string): void;
  /** Judges a part on its own, so that one part that is not known yet hides no other. */
  attempt(check: () => void): void;
  /** Counts one thing that was looked at: a rule that never looked at anything has proved nothing. */
  countChecked(): void;
}

interface RuleFacts {
  /** kebab-case, unique over both packs; also the name in the engine. */
  readonly name: string;
  readonly pack: Pack;
  /** A sentence: what holds where the rule is kept. */
  readonly title: string;
  readonly severity: Severity;
  readonly enforcement: Enforcement;
  readonly remedy: string;
  readonly frameworks: readonly string[];
}

/** Decided by one object alone. */
export interface ObjectRule extends RuleFacts {
  readonly scope: "object";
  readonly check: (object: KubernetesObject, judgement: Judgement) => void;
}

/** Decided by all objects of a stack together. */
export interface StackRule extends RuleFacts {
  readonly scope: "stack";
  readonly check: (objects: readonly KubernetesObject[], on: JudgementOf) => void;
}

/** Decided by all objects and the site's own inventory. */
export interface SiteRule extends RuleFacts {
  readonly scope: "site";
  readonly check: (objects: readonly KubernetesObject[], site: Site, on: JudgementOf) => void;
}

/** Written once; run in the engine, on plain manifests, and on a recorded program. */
export type Rule = ObjectRule | StackRule | SiteRule;

/** The judgement about one object. */
export type JudgementOf = (object: KubernetesObject) => Judgement;

/** A check of every pod, whatever makes it. */
export function everyPod(check: (pod: PodTemplate, judgement: Judgement) => void): ObjectRule["check"] {
  return (object, judgement) => {
    const pod = podTemplateOf(object);
    if (!pod) return;
    judgement.countChecked();
    check(pod, judgement);
  };
}

/** A check of every container: init containers, sidecars and ephemeral ones too. */
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

/** `Deployment cmsaf-prod/hub`, for messages. */
export function objectName(reference: ObjectReference): string {
  if (is(reference, WHOLE_STACK.apiVersion, WHOLE_STACK.kind)) return "the stack";
  const { kind, namespace, name } = reference;
  const known = name === "" ? "(name not known yet)" : name;
  return `${kind} ${namespace === "" ? known : `${namespace}/${known}`}`;
}
