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

/**
 * True if a quota counts a pod: every scope has to match
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/quota/v1/evaluator/core/pods.go, podMatchesScopeFunc).
 */
export function countsPod({ root }: KubernetesObject, pod: PodTemplate): boolean {
  const scopes = root.at("spec", "scopes").items();
  const expressions = root.at("spec", "scopeSelector", "matchExpressions").items();
  return (
    scopes.every((scope) => matches(scope.text() ?? "", "Exists", [], pod)) &&
    expressions.every((expression) =>
      matches(expression.at("scopeName").text() ?? "", expression.at("operator").text() ?? "", valuesOf(expression), pod),
    )
  );
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

function matches(scope: string, operator: string, values: readonly string[], pod: PodTemplate): boolean {
  switch (scope) {
    case "Terminating":
      return pod.spec.at("activeDeadlineSeconds").given;
    case "NotTerminating":
      return !pod.spec.at("activeDeadlineSeconds").given;
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return matchesClass(operator, values, pod.spec.at("priorityClassName").text());
    default:
      // Which pods a scope unknown to this project covers cannot be told here, so the quota is taken to count none.
      return false;
  }
}

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
function isBestEffort(pod: PodTemplate): boolean {
  return containersOf(pod).every(({ field }) =>
    ["requests", "limits"].every((list) => ["cpu", "memory"].every((resource) => !field.at("resources", list, resource).given)),
  );
}
