import { PluginFailure } from "../failure";
import type { Json } from "../properties";
import { annotation } from "./annotations";
import { JsonPathError, parseJsonPath } from "./json-path";
import { annotationOf, conditionOf, numberAt, textAt } from "./objects";

/** Where an object is on its way to ready. `failed` will not get better by waiting. */
export type Progress =
  | { readonly kind: "ready" }
  | { readonly kind: "waiting"; readonly for: readonly string[] }
  | { readonly kind: "failed"; readonly because: readonly string[] };

export const ready: Progress = { kind: "ready" };
export const waiting = (...reasons: readonly string[]): Progress => ({ kind: "waiting", for: reasons });

type Condition = (object: Json) => string | undefined;

/**
 * Reads the `pulumi.com/waitFor` annotation: `condition=Type[=Status]`, `jsonpath={.path}[=value]`, or a JSON list of those, all of which must hold.
 * `undefined` without the annotation.
 *
 * @throws PluginFailure on anything else.
 */
export function waitForOf(object: Json): ((object: Json) => Progress) | undefined {
  const text = annotationOf(object, annotation.waitFor);
  if (text === "") return undefined;
  const conditions = expressions(text).map(parseExpression);
  return (live) => {
    const generation = numberAt(live, "metadata", "generation") ?? 0;
    const observed = numberAt(live, "status", "observedGeneration");
    if (observed !== undefined && observed < generation)
      return waiting(`its controller to see generation ${generation} (has seen ${observed})`);
    const missing = conditions.flatMap((condition) => condition(live) ?? []);
    return missing.length === 0 ? ready : { kind: "waiting", for: missing };
  };
}

function expressions(text: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return [text];
  }
  if (!Array.isArray(list)) return [text];
  if (list.length === 0 || !list.every((item) => typeof item === "string"))
    throw wrong(text, "a list must hold at least one expression, all of them strings");
  return list;
}

function parseExpression(text: string): Condition {
  if (text.startsWith("condition=")) return parseCondition(text);
  if (text.startsWith("jsonpath=")) return parsePathExpression(text);
  throw wrong(text, 'it must begin with "condition=" or "jsonpath="');
}

function parseCondition(text: string): Condition {
  const [type = "", status = "True"] = text.slice("condition=".length).split(/=(.*)/s);
  if (type === "") throw wrong(text, "it names no condition");
  return (object) => {
    const condition = conditionOf(object, type);
    if (condition === undefined) return `condition ${type}=${status} (not reported yet)`;
    const generation = numberAt(object, "metadata", "generation") ?? 0;
    if ((numberAt(condition, "observedGeneration") ?? generation) < generation)
      return `condition ${type}=${status} of generation ${generation}`;
    const found = textAt(condition, "status");
    if (found === status) return undefined;
    const message = [textAt(condition, "reason"), textAt(condition, "message")].filter((part) => part !== "").join(": ");
    return `condition ${type}=${status} (is ${found}${message === "" ? "" : `, ${message}`})`;
  };
}

function parsePathExpression(text: string): Condition {
  // `==` belongs to a filter, a single `=` behind the braces separates the value.
  const [, path, value] = /^jsonpath=\{\s*(.*?)\s*\}(?:=(.*))?$/s.exec(text) ?? [];
  if (path === undefined) throw wrong(text, "the path must stand in braces: jsonpath={.status.phase}=Running");
  if (value === "") throw wrong(text, "a value must follow the =");
  let select;
  try {
    select = parseJsonPath(path);
  } catch (error) {
    if (error instanceof JsonPathError) throw wrong(text, error.message);
    throw error;
  }
  const shown = `{${path}}${value === undefined ? "" : `=${value}`}`;
  return (object) => {
    const [found] = select(object);
    if (found === undefined) return `${shown} (not there yet)`;
    if (value === undefined) return undefined;
    if (typeof found === "object" && found !== null)
      throw wrong(text, "the path leads to a list or map, which cannot be compared with a value");
    return String(found) === value ? undefined : `${shown} (is ${String(found)})`;
  };
}

function wrong(text: string, reason: string): PluginFailure {
  return new PluginFailure(`annotation ${annotation.waitFor}: ${JSON.stringify(text)} cannot be used: ${reason}`);
}
