import { memoize } from "../../capacity/memoize";
import { containersOf, type PodTemplate } from "./pods";
import type { Field } from "./field";
import { is, type KubernetesObject } from "./objects";

/**
 * True for a ResourceQuota that covers everything in its namespace. One with a scope covers the pods of that scope alone. The API server adds `scopes` and the
 * selector's `matchExpressions` up to one list, so an absent or empty list, and an absent or empty selector, are no scope
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go, getScopeSelectorsFromQuota).
 */
export function coversWholeNamespace(object: KubernetesObject): boolean {
  if (!is(object, "v1", "ResourceQuota")) return false;
  const spec = object.root.at("spec");
  return spec.at("scopes").items().length === 0 && spec.at("scopeSelector", "matchExpressions").items().length === 0;
}

/** What a quota asks of the pods that it counts. */
export interface Scope {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** The scopes of a quota; none for one that covers its whole namespace. */
export function scopesOf({ root }: KubernetesObject): readonly Scope[] {
  const names = root.at("spec", "scopes").items();
  const expressions = root.at("spec", "scopeSelector", "matchExpressions").items();
  return [
    ...names.map((scope) => ({ name: scope.text() ?? "", operator: "Exists", values: [] })),
    ...expressions.map((expression) => ({
      name: expression.at("scopeName").text() ?? "",
      operator: expression.at("operator").text() ?? "",
      values: valuesOf(expression),
    })),
  ];
}

/**
 * True if a quota of these scopes counts a pod: every scope has to match
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/quota/v1/evaluator/core/pods.go, podMatchesScopeFunc).
 */
export function countsPod(scopes: readonly Scope[], pod: PodTemplate): boolean {
  return scopes.every((scope) => matches(scope, pod));
}

/** Names of the priority classes whose pods a quota covers by a scope; none for a quota without such a scope. */
export function priorityClassesOf({ root }: KubernetesObject): readonly string[] {
  return root
    .at("spec", "scopeSelector", "matchExpressions")
    .items()
    .filter((expression) => expression.at("scopeName").text() === "PriorityClass" && expression.at("operator").text() === "In")
    .flatMap(valuesOf);
}

function valuesOf(expression: Field): readonly string[] {
  return expression
    .at("values")
    .items()
    .map((value) => value.text() ?? "");
}

function matches({ name, operator, values }: Scope, pod: PodTemplate): boolean {
  switch (name) {
    case "Terminating":
      return isTerminating(pod);
    case "NotTerminating":
      return !isTerminating(pod);
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return matchesClass(operator, values, priorityClassOf(pod));
    default:
      // Which pods a scope unknown to this project covers cannot be told here, so the quota is taken to count none.
      return false;
  }
}

// Each pod is asked by every quota of its namespace.
const isTerminating = memoize((pod: PodTemplate) => pod.spec.at("activeDeadlineSeconds").given);
const priorityClassOf = memoize((pod: PodTemplate) => pod.spec.at("priorityClassName").text());

function matchesClass(operator: string, values: readonly string[], name: string | undefined): boolean {
  switch (operator) {
    case "In":
      return name !== undefined && values.includes(name);
    case "NotIn":
      return name === undefined || !values.includes(name);
    case "Exists":
      return name !== undefined;
    case "DoesNotExist":
      return name === undefined;
    default:
      return false;
  }
}

/** True if no container asks for CPU or memory, which is the quality-of-service class BestEffort. */
const isBestEffort = memoize((pod: PodTemplate) =>
  containersOf(pod).every(({ field }) =>
    ["requests", "limits"].every((list) => ["cpu", "memory"].every((resource) => !field.at("resources", list, resource).given)),
  ),
);
