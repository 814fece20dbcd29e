import { labelOf, type Labels } from "../../capacity/labels";
import { selectsLabels } from "../../capacity/packing/selectors";
import { workloadId, type LabelSelector, type PackPod, type PodAffinityTerm, type SpreadConstraint } from "../../capacity/packing/model";
import type { NodeSelectorTerm } from "../../capacity/placement";
import { Undetermined, type Field } from "../model/field";
import { hostPortsOf, labelSelectorOf } from "../model/pod-reading";
import { priorityOf } from "../model/priorities";
import { packPod, type StackWorkload } from "../model/workloads";
import { classOf, type PlacementContext } from "./placement-context";

/**
 * The pods of a workload, with everything that decides on which host the scheduler puts them.
 * @throws {Undetermined} for a value that is not known yet.
 * @throws {Malformed} for a value whose type is not the one that Kubernetes has there.
 */
export function fullPackPod(workload: StackWorkload, context: PlacementContext): PackPod {
  const { pod } = workload;
  const basic = packPod(workload);
  const labels = basic.labels ?? {};
  const affinity = (kind: string) =>
    pod.spec
      .at("affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution")
      .items()
      .map((term) => affinityTerm(term, labels, context));
  return {
    ...basic,
    volumes: volumesOf(workload, context),
    hostPorts: hostPortsOf(pod).map(({ port, protocol, ip }) => ({ port, protocol, ...(ip !== undefined && { ip }) })),
    affinity: affinity("podAffinity"),
    antiAffinity: affinity("podAntiAffinity"),
    spread: pod.spec
      .at("topologySpreadConstraints")
      .items()
      .map((constraint) => spreadConstraint(constraint, labels)),
    ...priority(pod.spec.at("priorityClassName"), context),
  };
}

/** The priority that a class gives its pods, and whether these evict others. */
export function priority(
  className: Field,
  { priorities, nonPreempting }: PlacementContext,
): Pick<PackPod, "priority" | "preemptionPolicy"> {
  return {
    priority: priorityOf(className, priorities),
    preemptionPolicy: nonPreempting.has(className.text() ?? "") ? "Never" : "PreemptLowerPriority",
  };
}

/** For each claim of a pod on a class whose volumes are made beforehand, the hosts on which these volumes can be mounted. */
function volumesOf({ object, pod }: StackWorkload, { volumes, claims }: PlacementContext): readonly (readonly NodeSelectorTerm[])[] {
  const templates = object.root
    .at("spec", "volumeClaimTemplates")
    .items()
    .map((template) => classOf(template.at("spec")));
  const named = pod.spec
    .at("volumes")
    .items()
    .map((volume) => volume.at("persistentVolumeClaim", "claimName").text())
    .map((name) => name && claims.get(workloadId({ namespace: object.namespace, name })));
  return [...templates, ...named].flatMap((className) => {
    const terms = className === undefined ? undefined : volumes.get(className);
    return terms ? [terms] : [];
  });
}

function affinityTerm(term: Field, labels: Labels, context: PlacementContext): PodAffinityTerm {
  const labelSelector = labelSelectorWithKeys(term, labels);
  const namespaces = affinityNamespaces(term, context);
  return {
    topologyKey: term.at("topologyKey").text() ?? "",
    ...(labelSelector && { labelSelector }),
    ...(namespaces && { namespaces }),
  };
}

/** Labels that controllers add to their pods, so that no template has them. */
const GIVEN_BY_CONTROLLERS = /^(pod-template-hash|controller-revision-hash|(apps|statefulset|batch)\.kubernetes\.io\/.*)$/;

/**
 * A label selector with `matchLabelKeys` and `mismatchLabelKeys` turned into requirements, as the API server does: the value of each key must be that of the
 * pod, or must differ from it. A key without a label on the pod is ignored (https://github.com/kubernetes/api/blob/v0.34.0/core/v1/types.go, PodAffinityTerm
 * and TopologySpreadConstraint).
 * @throws {Undetermined} for a label that a controller gives its pods.
 */
function labelSelectorWithKeys(field: Field, labels: Labels): LabelSelector | undefined {
  const selector = labelSelectorOf(field.at("labelSelector"));
  const merged = (list: string, operator: "In" | "NotIn") =>
    field
      .at(list)
      .items()
      .flatMap((key) => {
        const name = key.text() ?? "";
        if (GIVEN_BY_CONTROLLERS.test(name)) throw new Undetermined(key.path, `is ${name}, which pods get from their controller`);
        const value = labelOf(labels, name);
        return value === undefined ? [] : [{ key: name, operator, values: [value] }];
      });
  const requirements = [...merged("matchLabelKeys", "In"), ...merged("mismatchLabelKeys", "NotIn")];
  return selector && { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...requirements] };
}

/** Stands for the choice of a namespace selector that selects none: no namespace has an empty name. */
const NOWHERE = "";

/** Names of the namespaces that an affinity term lists or selects; undefined where it does neither, which means the namespace of the pod. */
function affinityNamespaces(term: Field, { namespaces }: PlacementContext): readonly string[] | undefined {
  const selector = labelSelectorOf(term.at("namespaceSelector"));
  const named = term
    .at("namespaces")
    .items()
    .map((name) => name.text() ?? NOWHERE);
  if (!selector) return named.length === 0 ? undefined : named;
  const selected = [...namespaces].filter(([, labels]) => selectsLabels(selector, labels)).map(([name]) => name);
  return [...named, ...selected, NOWHERE];
}

/**
 * A spread constraint, with the defaults of the API server for what it leaves out
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/).
 */
function spreadConstraint(constraint: Field, labels: Labels): SpreadConstraint {
  const labelSelector = labelSelectorWithKeys(constraint, labels);
  const minDomains = constraint.at("minDomains").number();
  return {
    maxSkew: constraint.at("maxSkew").number() ?? 1,
    topologyKey: constraint.at("topologyKey").text() ?? "",
    whenUnsatisfiable: constraint.at("whenUnsatisfiable").text() === "ScheduleAnyway" ? "ScheduleAnyway" : "DoNotSchedule",
    nodeAffinityPolicy: constraint.at("nodeAffinityPolicy").text() === "Ignore" ? "Ignore" : "Honor",
    nodeTaintsPolicy: constraint.at("nodeTaintsPolicy").text() === "Honor" ? "Honor" : "Ignore",
    ...(labelSelector && { labelSelector }),
    ...(minDomains !== undefined && { minDomains }),
  };
}
