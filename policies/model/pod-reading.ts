import type { HostPort, LabelSelector } from "../../capacity/packing/model";
import { selectsLabels } from "../../capacity/packing/selectors";
import type { NodeSelectorTerm, PodPlacement, Requirement, Toleration } from "../../capacity/placement";
import type { ContainerDefaults, ContainerResources, PodResources } from "../../capacity/requests";
import type { ScaledWorkload } from "../../capacity/scale";
import type { Field } from "./field";
import { is, type KubernetesObject } from "./objects";
import { containersOf, type PodTemplate } from "./pods";
import { CONTAINER_RESOURCES, POD_RESOURCES, type ResourceNames } from "./resource-names";

/**
 * The resources that the containers of a pod request and are limited to, with the pod's overhead.
 * @throws {Malformed} for what is no quantity.
 */
export function resourcesOf({ spec }: PodTemplate): PodResources {
  const list = (name: string) => spec.at(name).items().map(containerResources);
  return {
    containers: list("containers"),
    initContainers: list("initContainers"),
    overhead: spec.at("overhead").quantities(CONTAINER_RESOURCES),
    resources: requestsAndLimits(spec.at("resources"), POD_RESOURCES),
  };
}

/** The resources that a container requests and is limited to. */
export function containerResources(container: Field): ContainerResources {
  const restartPolicy = container.at("restartPolicy").text();
  return {
    resources: requestsAndLimits(container.at("resources"), CONTAINER_RESOURCES),
    ...(restartPolicy !== undefined && { restartPolicy }),
  };
}

/** What decides on which hosts a pod may run: host name, labels, required node affinity and tolerations. */
export function placementOf({ spec }: PodTemplate): PodPlacement {
  const nodeName = spec.at("nodeName").text();
  return {
    ...(nodeName !== undefined && { nodeName }),
    nodeSelector: spec.at("nodeSelector").texts(),
    ...nodeAffinityOf(spec.at("affinity")),
    tolerations: tolerationsOf(spec.at("tolerations")),
  };
}

/** The required terms of a node affinity; preferred ones forbid no host. */
export function nodeAffinityOf(affinity: Field): Pick<PodPlacement, "requiredTerms"> {
  const required = affinity.at("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  return required.given ? { requiredTerms: termsOf(required.at("nodeSelectorTerms")) } : {};
}

/** Reads a list of tolerations. */
export function tolerationsOf(field: Field): readonly Toleration[] {
  return field.items().map(tolerationOf);
}

/**
 * What decides how many pods a workload makes; undefined for kinds that make none by themselves, such as PodTemplate.
 * @param autoscaledTo the most replicas that an autoscaler of the workload may ask for, where there is one.
 */
export function scaledWorkloadOf(object: KubernetesObject, pod: PodTemplate, autoscaledTo?: number): ScaledWorkload | undefined {
  const spec = object.root.at("spec");
  const replicas = optional("replicas", autoscaledTo ?? spec.at("replicas").count());
  switch (object.kind) {
    case "Pod":
      return { kind: "Pod" };
    case "Deployment": {
      return {
        kind: "Deployment",
        ...replicas,
        recreate: spec.at("strategy", "type").text() === "Recreate",
        ...optional("maxSurge", spec.at("strategy", "rollingUpdate", "maxSurge").share()),
      };
    }
    case "StatefulSet":
      return { kind: "StatefulSet", ...replicas };
    case "ReplicaSet":
    case "ReplicationController":
      return { kind: "ReplicaSet", ...replicas };
    case "DaemonSet":
      return { kind: "DaemonSet", placement: placementOf(pod) };
    case "Job":
      return { kind: "Job", ...parallel(spec), ...optional("suspend", spec.at("suspend").boolean()) };
    case "CronJob":
      return {
        kind: "CronJob",
        ...parallel(spec.at("jobTemplate", "spec")),
        ...optional("concurrencyPolicy", spec.at("concurrencyPolicy").text()),
      };
    default:
      return undefined;
  }
}

/** The items of the LimitRanges among these objects that give containers defaults and bounds. */
export function containerDefaults(members: readonly KubernetesObject[]): readonly ContainerDefaults[] {
  return members
    .filter((each) => is(each, "v1", "LimitRange"))
    .flatMap(({ root }) => root.at("spec", "limits").items())
    .filter((item) => item.at("type").text() === "Container")
    .map((item) => ({
      default: item.at("default").quantities(CONTAINER_RESOURCES),
      defaultRequest: item.at("defaultRequest").quantities(CONTAINER_RESOURCES),
      max: item.at("max").quantities(CONTAINER_RESOURCES),
      min: item.at("min").quantities(CONTAINER_RESOURCES),
    }));
}

/** True if there is a label selector and it matches the labels; an empty selector matches all. */
export function selectorMatches(selector: Field, labels: Readonly<Record<string, string>>): boolean {
  return selectsLabels(labelSelectorOf(selector), labels);
}

/** Reads a label selector; undefined where there is none. */
export function labelSelectorOf(selector: Field): LabelSelector | undefined {
  if (!selector.given) return undefined;
  return {
    matchLabels: selector.at("matchLabels").texts(),
    matchExpressions: selector.at("matchExpressions").items().map(requirementOf),
  };
}

/** Reads a list of node selector terms. */
export function termsOf(field: Field): readonly NodeSelectorTerm[] {
  return field.items().map(termOf);
}

/** A port of the host that a container binds. */
export interface ContainerHostPort extends HostPort {
  readonly field: Field;
  readonly protocol: string;
}

/** Ports of the host that a pod binds. In the network of the host (`hostNetwork`) every container port is one of them. */
export function hostPortsOf(pod: PodTemplate): readonly ContainerHostPort[] {
  const hostNetwork = pod.spec.at("hostNetwork").boolean() === true;
  return containersOf(pod).flatMap(({ field: container }) =>
    container
      .at("ports")
      .items()
      .flatMap((entry) => {
        const field = entry.at("hostPort").given || !hostNetwork ? entry.at("hostPort") : entry.at("containerPort");
        const port = field.number();
        if (port === undefined || port === 0) return [];
        return [{ field, port, protocol: entry.at("protocol").text() ?? "TCP", ...optional("ip", entry.at("hostIP").text()) }];
      }),
  );
}

function requestsAndLimits(resources: Field, names: ResourceNames): NonNullable<ContainerResources["resources"]> {
  return { requests: resources.at("requests").quantities(names), limits: resources.at("limits").quantities(names) };
}

function parallel(spec: Field) {
  return { ...optional("parallelism", spec.at("parallelism").count()), ...optional("completions", spec.at("completions").count()) };
}

function termOf(term: Field): NodeSelectorTerm {
  return {
    matchExpressions: term.at("matchExpressions").items().map(requirementOf),
    matchFields: term.at("matchFields").items().map(requirementOf),
  };
}

function requirementOf(field: Field): Requirement {
  return {
    key: field.at("key").text() ?? "",
    operator: field.at("operator").text() ?? "",
    values: field
      .at("values")
      .items()
      .map((value) => value.text() ?? ""),
  };
}

function tolerationOf(field: Field): Toleration {
  return {
    ...optional("key", field.at("key").text()),
    ...optional("operator", field.at("operator").text()),
    ...optional("value", field.at("value").text()),
    ...optional("effect", field.at("effect").text()),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [k in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [k in K]?: V };
}
