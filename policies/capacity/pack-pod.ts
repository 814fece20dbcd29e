import { selectsLabels } from "../../capacity/packing/selectors";
import { identityOf, type PackPod, type PodAffinityTerm, type SpreadConstraint } from "../../capacity/packing/model";
import type { NodeSelectorTerm } from "../../capacity/placement";
import type { Amounts } from "../../capacity/requests";
import type { Field } from "../field";
import { hostPortsOf, labelSelectorOf } from "../quotas/pod-reading";
import { priorityOf } from "../quotas/priorities";
import { packPod, type StackWorkload } from "../quotas/workloads";
import { classOf, type Surroundings } from "./surroundings";

/**
 * Pods of a workload with everything that decides where the scheduler puts them.
 * @throws {Undetermined} for what is not known yet.
 * @throws {Malformed} for what has another type than Kubernetes has there.
 */
export function fullPackPod(workload: StackWorkload, surroundings: Surroundings): PackPod {
  const { pod } = workload;
  const basic = packPod(workload);
  const affinity = (kind: string) =>
    pod.spec
      .at("affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution")
      .items()
      .map((term) => affinityTerm(term, surroundings));
  return {
    ...basic,
    requests: ofHosts(basic.requests),
    volumes: volumesOf(workload, surroundings),
    hostPorts: hostPortsOf(pod).map(({ port, protocol, ip }) => ({ port, protocol, ...(ip !== undefined && { ip }) })),
    affinity: affinity("podAffinity"),
    antiAffinity: affinity("podAntiAffinity"),
    spread: pod.spec.at("topologySpreadConstraints").items().map(spreadConstraint),
    ...priority(pod.spec.at("priorityClassName"), surroundings),
  };
}

/** The priority that a class gives, and whether its pods evict others. */
export function priority(className: Field, { priorities, peaceful }: Surroundings): Pick<PackPod, "priority" | "preemptionPolicy"> {
  return {
    priority: priorityOf(className, priorities),
    preemptionPolicy: peaceful.has(className.text() ?? "") ? "Never" : "PreemptLowerPriority",
  };
}

/** Requests without disk: a site file says nothing of the hosts' own disks, so there is nothing to compare with. */
export function ofHosts(requests: Amounts): Amounts {
  return Object.fromEntries(Object.entries(requests).filter(([resource]) => resource !== "ephemeral-storage"));
}

/** For each claim on a class whose volumes are made beforehand, where these are. */
function volumesOf({ object, pod }: StackWorkload, { volumes, claims }: Surroundings): readonly (readonly NodeSelectorTerm[])[] {
  const templates = object.root
    .at("spec", "volumeClaimTemplates")
    .items()
    .map((template) => classOf(template.at("spec")));
  const named = pod.spec
    .at("volumes")
    .items()
    .map((volume) => volume.at("persistentVolumeClaim", "claimName").text())
    .map((name) => name && claims.get(identityOf({ namespace: object.namespace, name })));
  return [...templates, ...named].flatMap((className) => {
    const terms = className === undefined ? undefined : volumes.get(className);
    return terms ? [terms] : [];
  });
}

function affinityTerm(term: Field, surroundings: Surroundings): PodAffinityTerm {
  const labelSelector = labelSelectorOf(term.at("labelSelector"));
  const namespaces = namespacesOf(term, surroundings);
  return {
    topologyKey: term.at("topologyKey").text() ?? "",
    ...(labelSelector && { labelSelector }),
    ...(namespaces && { namespaces }),
  };
}

/** Stands where a namespace selector selects none; no namespace has that name. */
const NOWHERE = "";

/** Namespaces that the term names or selects; undefined where it does neither. */
function namespacesOf(term: Field, { namespaces }: Surroundings): readonly string[] | undefined {
  const selector = labelSelectorOf(term.at("namespaceSelector"));
  const named = term
    .at("namespaces")
    .items()
    .map((name) => name.text() ?? NOWHERE);
  if (!selector) return named.length === 0 ? undefined : named;
  const selected = [...namespaces].filter(([, labels]) => selectsLabels(selector, labels)).map(([name]) => name);
  return [...named, ...selected, NOWHERE];
}

/** What a constraint leaves out is as the API server would fill it in; minDomains, where given, counts. */
function spreadConstraint(constraint: Field): SpreadConstraint {
  const labelSelector = labelSelectorOf(constraint.at("labelSelector"));
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
