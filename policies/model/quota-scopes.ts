import { containersOf, type PodTemplate } from "./pods";
import type { Field } from "./field";
import type { KubernetesObject } from "./objects";

/** True if a quota bounds everything in its namespace, not some pods only. */
export function coversWholeNamespace({ root }: KubernetesObject): boolean {
  return root.at("spec", "scopes").items().length === 0 && root.at("spec", "scopeSelector", "matchExpressions").items().length === 0;
}

/** True if a quota counts a pod: all of its scopes have to match (kubernetes/kubernetes, pkg/quota/v1/evaluator/core/pods.go, podMatchesScopeFunc). */
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

/** Priority classes that a scoped quota is about; none for other quotas. */
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
      // A scope that this does not know bounds no pod that it could tell.
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

/** No container asks for CPU or memory. */
function isBestEffort(pod: PodTemplate): boolean {
  return containersOf(pod).every(({ field }) =>
    ["requests", "limits"].every((list) => ["cpu", "memory"].every((resource) => !field.at("resources", list, resource).given)),
  );
}
