import { celEnv, isCelError, parse, plan, type CelInput } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { UNKNOWN } from "../../policies/model/field";
import type { Schema } from "./prune";
import type { Mismatch } from "./validate";

/** What the rules in CEL of a definition say about a value. */
export interface RuleVerdict {
  readonly mismatches: readonly Mismatch[];
  /** Rules that the API server evaluates and this project does not: they compare with the object before a change, or need what CEL alone does not have. */
  readonly left: readonly string[];
}

interface Rule {
  readonly rule: string;
  readonly message?: string;
}

/** The parts of a structural schema that say where its rules apply. */
interface Place {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Place>>;
  readonly items?: Place;
  readonly additionalProperties?: Place | boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-validations"?: readonly Rule[];
}

const ENVIRONMENT = celEnv({ funcs: strings });

/**
 * Evaluates the rules `x-kubernetes-validations` of a definition
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules) with the defaults of the
 * definition in place, as the API server does for an object that it creates.
 */
export function checkRules(schema: Schema, value: unknown): RuleVerdict {
  const mismatches: Mismatch[] = [];
  const left: string[] = [];
  for (const { path, rule, self } of applicable(schema as Place, defaulted(schema as Place, value), "")) {
    const verdict = evaluated(rule, self);
    if (verdict === undefined) left.push(`${path}: ${rule.rule}`);
    else if (!verdict) mismatches.push({ path, message: rule.message ?? `breaks the rule ${rule.rule}` });
  }
  return { mismatches, left };
}

/** Undefined for a rule that cannot be evaluated here. */
function evaluated({ rule }: Rule, self: unknown): boolean | undefined {
  if (/\boldSelf\b/.test(rule) || isPartlyUnknown(self)) return undefined;
  try {
    const result = plan(ENVIRONMENT, parse(rule))({ self: self as CelInput });
    return isCelError(result) || typeof result !== "boolean" ? undefined : result;
  } catch {
    return undefined;
  }
}

function* applicable(
  schema: Place,
  value: unknown,
  path: string,
): Generator<{ readonly path: string; readonly rule: Rule; readonly self: unknown }> {
  if (value === undefined || value === null || value === UNKNOWN) return;
  for (const rule of schema["x-kubernetes-validations"] ?? []) yield { path, rule, self: value };
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield* applicable(schema.items ?? {}, element, `${path}[${index}]`);
  } else if (typeof value === "object") {
    for (const [name, field] of Object.entries(value))
      yield* applicable(fieldOf(schema, name), field, path === "" ? name : `${path}.${name}`);
  }
}

/** The value as the server has it when it evaluates rules: absent fields have their defaults. Whole numbers are CEL's own whole numbers. */
function defaulted(schema: Place, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => defaulted(schema.items ?? {}, element));
  if (typeof value === "object" && value !== null) {
    const defaults = Object.entries(schema.properties ?? {}).flatMap(([name, { default: own }]) =>
      own === undefined ? [] : [[name, own]],
    );
    const fields = { ...(Object.fromEntries(defaults) as Record<string, unknown>), ...value };
    return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, defaulted(fieldOf(schema, name), field)]));
  }
  const isWhole = schema.type === "integer" || schema["x-kubernetes-int-or-string"] === true;
  return isWhole && Number.isSafeInteger(value) ? BigInt(value as number) : value;
}

function fieldOf({ properties, additionalProperties }: Place, name: string): Place {
  return properties?.[name] ?? (typeof additionalProperties === "object" ? additionalProperties : {});
}

function isPartlyUnknown(value: unknown): boolean {
  return value === UNKNOWN || (typeof value === "object" && value !== null && Object.values(value).some(isPartlyUnknown));
}
