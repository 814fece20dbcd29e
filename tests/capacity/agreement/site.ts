import { packFacility } from "#af/policies/capacity/pack-facility";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { podTemplateOf } from "#af/policies/model/pods";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { readSite } from "#af/stacks/site/read";
import { recordProgram } from "#af/stacks/record";
import type { Facility } from "./facilities";
import { barePod, podOf, priorityClassOf } from "./objects";
import type { Turn } from "./scheduler";

/** A site as its program makes it. */
export interface SiteFacility extends Facility {
  /** What its pods refer to. */
  readonly surroundings: readonly ClusterObject[];
  /** Pods of the facility from its own templates, then those that users bring. */
  readonly turns: readonly Turn[];
}

/** What pods refer to, in the order in which it can be made. */
const SURROUNDINGS = ["Namespace", "PriorityClass", "LimitRange"];

export async function siteFacilityOf(name: string): Promise<SiteFacility> {
  const site = readSite(name);
  const { resources } = await recordProgram(site);
  const objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
  const { hosts, pods, platform, onDemand, unread } = packFacility(objects, site);
  if (unread.length > 0) throw new Error(`not read: ${unread.map(({ object, error }) => `${object.name}: ${String(error)}`).join("; ")}`);
  const brought = onDemand.map(({ pod }) => pod);
  return {
    hosts,
    pods,
    surroundings: [
      ...SURROUNDINGS.flatMap((kind) => objects.filter((object) => object.kind === kind)).map(surroundingOf),
      ...brought.map(priorityClassOf),
    ],
    turns: [
      ...platform.flatMap(({ object, pod }) => each(pod.count, (ordinal) => ({ workload: pod, pod: ownPod(object, pod.name, ordinal) }))),
      ...brought.flatMap((pod) => each(pod.count, (ordinal) => ({ workload: pod, pod: podOf(pod, ordinal) }))),
    ],
  };
}

/** Leaves out the labels of namespaces: with them Pod Security would judge pods that are made here only in part. */
function surroundingOf({ kind, name, root }: KubernetesObject): ClusterObject {
  return kind === "Namespace" ? { apiVersion: "v1", kind, metadata: { name } } : (root.raw() as ClusterObject);
}

/** The part of a pod's spec that the scheduler reads. Volumes are left out, because nothing here would make them. */
const LOOKED_AT = [
  "nodeSelector",
  "affinity",
  "tolerations",
  "topologySpreadConstraints",
  "priorityClassName",
  "hostNetwork",
  "overhead",
  "resources",
];
const LOOKED_AT_OF_CONTAINERS = ["name", "resources", "ports", "restartPolicy"];

/** A pod from the template of the object. */
function ownPod(object: KubernetesObject, name: string, ordinal: number): ClusterObject {
  const template = podTemplateOf(object);
  if (!template) throw new Error(`${object.kind} ${object.name} makes no pods`);
  const containers = (list: string) =>
    template.spec
      .at(list)
      .items()
      .map((container) => ({ ...picked(container.raw(), LOOKED_AT_OF_CONTAINERS), image: "none.invalid/none:0" }));
  return barePod({ namespace: object.namespace, labels: template.metadata.at("labels").texts() }, `${name}-${ordinal}`, {
    ...picked(template.spec.raw(), LOOKED_AT),
    initContainers: containers("initContainers"),
    containers: containers("containers"),
  });
}

function picked(from: unknown, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(from as object).filter(([name]) => names.includes(name)));
}

function each<T>(count: number, make: (ordinal: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, ordinal) => make(ordinal));
}
