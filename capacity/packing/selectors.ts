import { holds, mayRunOn, selects, type LabelledHost } from "../placement";
import type { LabelSelector, PackPod, PodAffinityTerm } from "./model";

/** True if the selector means pods with these labels. */
export function selectsLabels(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>> = {}): boolean {
  if (selector === undefined) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labels[requirement.key]))
  );
}

/** True if a term of `owner` means `other`. */
export function termMeans(
  { labelSelector, namespaces = [] }: PodAffinityTerm,
  owner: PackPod,
  other: Pick<PackPod, "namespace" | "labels">,
): boolean {
  const inNamespace = namespaces.length === 0 ? other.namespace === owner.namespace : namespaces.includes(other.namespace);
  return inNamespace && selectsLabels(labelSelector, other.labels);
}

/** The scheduler counts nobody for a selector that is empty (v1.37 `podtopologyspread/common.go`, countPodsMatchSelector). */
export function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

/** True if labels, taints and bound volumes allow the pod on the host. */
export function mayStandOn(pod: PackPod, host: LabelledHost): boolean {
  return mayRunOn(pod.placement ?? {}, host) && hasVolumes(pod, host);
}

/**
 * True if the pod's required terms all name hosts, and not this one: the scheduler does not ask any filter of it then (v1.37
 * `nodeaffinity/node_affinity.go`, PreFilter).
 */
export function passesOver({ placement: { requiredTerms = [] } = {} }: PackPod, { name }: LabelledHost): boolean {
  const named = requiredTerms.map(({ matchFields = [] }) => matchFields.filter(({ operator }) => operator === "In"));
  return (
    named.length > 0 && named.every((fields) => fields.length > 0) && !named.some((fields) => fields.every((field) => holds(field, name)))
  );
}

/** True if every bound volume of the pod can be used on the host. */
export function hasVolumes({ volumes = [] }: PackPod, host: LabelledHost): boolean {
  return volumes.every((requiredTerms) => selects({ requiredTerms }, host));
}
