import { Undetermined, type Field } from "./field";
import { groupOf } from "../../components/manifest";
import { CONTAINER_LISTS } from "../../components/workloads/workload";
import { is, type KubernetesObject } from "./objects";

/** A pod, or the template from which a workload makes pods. */
export interface PodTemplate {
  readonly object: KubernetesObject;
  readonly metadata: Field;
  readonly spec: Field;
}

/** A container in one of a pod's three lists. */
export interface PodContainer {
  readonly pod: PodTemplate;
  readonly list: (typeof CONTAINER_LISTS)[number];
  readonly field: Field;
  /** The container's name; empty where it has none. */
  readonly name: string;
}

/** Where each kind keeps its pod template, and the API groups of the kind: a `Job` of another group is another kind. */
const TEMPLATES: Readonly<Record<string, { readonly groups: readonly string[]; readonly path: readonly string[] }>> = {
  Pod: { groups: [""], path: [] },
  PodTemplate: { groups: [""], path: ["template"] },
  ReplicationController: { groups: [""], path: ["spec", "template"] },
  Deployment: { groups: ["apps", "extensions"], path: ["spec", "template"] },
  ReplicaSet: { groups: ["apps", "extensions"], path: ["spec", "template"] },
  DaemonSet: { groups: ["apps", "extensions"], path: ["spec", "template"] },
  StatefulSet: { groups: ["apps"], path: ["spec", "template"] },
  Job: { groups: ["batch"], path: ["spec", "template"] },
  CronJob: { groups: ["batch"], path: ["spec", "jobTemplate", "spec", "template"] },
};

/** True for a DaemonSet, which runs a pod on every host that its pods may run on. */
export function isDaemonSet(object: KubernetesObject): boolean {
  return ["apps/*", "extensions/*"].some((group) => is(object, group, "DaemonSet"));
}

/**
 * The pod template of an object; undefined if the object makes no pods.
 * @throws {Undetermined} if the workloads of a chart or an operator cannot be worked out.
 */
export function podTemplateOf(object: KubernetesObject): PodTemplate | undefined {
  if (object.obstacle !== undefined) {
    // A list of unknown members has no spec, and of a release the values decide.
    const [path, whose] = object.root.at("spec", "values").given
      ? ["spec.values", "the chart's workloads"]
      : ["spec", "the pods that run for it"];
    throw new Undetermined(path ?? "", `cannot be turned into ${whose} (${object.obstacle})`);
  }
  const path = templatePath(object);
  if (path === undefined) return undefined;
  const pod = object.root.at(...path);
  return { object, metadata: pod.at("metadata"), spec: pod.at("spec") };
}

/** True for a kind of Kubernetes itself that is a pod or holds a pod template. */
export function hasPodTemplate(object: Pick<KubernetesObject, "apiVersion" | "kind">): boolean {
  return templatePath(object) !== undefined;
}

function templatePath({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): readonly string[] | undefined {
  const template = Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined;
  return template?.groups.includes(groupOf(apiVersion)) ? template.path : undefined;
}

/** All containers of a pod, in the order in which they start. */
export function containersOf(pod: PodTemplate): readonly PodContainer[] {
  return CONTAINER_LISTS.flatMap((list) =>
    pod.spec
      .at(list)
      .items()
      .map((field) => ({ pod, list, field, name: field.at("name").text() ?? "" })),
  );
}
