import { labelOf, type Labels } from "../labels";
import { holds, mayRunOn, selects, type LabelledHost } from "../placement";
import type { LabelSelector, PackPod, PodAffinityTerm } from "./model";

/** True if the selector selects pods with these labels; an absent selector selects none. */
export function selectsLabels(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelOf(labels, key) === value) &&
    (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labelOf(labels, requirement.key)))
  );
}

/** True if a term of the pod `owner` selects the pod `other`, by namespace and labels. */
export function termMeans(
  { labelSelector, namespaces = [] }: PodAffinityTerm,
  owner: PackPod,
  other: Pick<PackPod, "namespace" | "labels">,
): boolean {
  const inNamespace = namespaces.length === 0 ? other.namespace === owner.namespace : namespaces.includes(other.namespace);
  return inNamespace && selectsLabels(labelSelector, other.labels);
}

/**
 * True for an empty selector, for which a spread constraint counts no pod:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/podtopologyspread/common.go
 */
export function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

/** True if labels, taints and the pod's volumes allow it on the host, whatever else stands there. */
export function mayStandOn(pod: PackPod, host: LabelledHost): boolean {
  return mayRunOn(pod.placement ?? {}, host) && hasVolumes(pod, host);
}

/**
 * True if the pod's required terms all name hosts, and none names this one. The scheduler then asks no filter about the host:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go
 */
export function passesOver({ placement: { requiredTerms = [] } = {} }: PackPod, { name }: LabelledHost): boolean {
  const named = requiredTerms.map(({ matchFields = [] }) => matchFields.filter(({ operator }) => operator === "In"));
  // A term that names no host holds for any.
  return named.length > 0 && !named.some((fields) => fields.every((field) => holds(field, name)));
}

/** True if every existing volume of the pod can be used on the host. */
export function hasVolumes({ volumes = [] }: PackPod, host: LabelledHost): boolean {
  return volumes.every((requiredTerms) => selects({ requiredTerms }, host));
}
