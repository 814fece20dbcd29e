import type { NodeSelectorTerm } from "../../capacity/placement";
import { NO_PROVISIONER } from "../../components/no-provisioner";
import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import { termsOf } from "../model/pod-reading";
import { priorityClasses, isPriorityClass, type PriorityClasses } from "../model/priorities";
import { isStorageClass } from "../model/storage-classes";

/** What other objects of the stack say about the place of a pod: priorities, labels of namespaces, hosts of volumes. */
export interface PlacementContext {
  readonly priorities: PriorityClasses;
  /** Names of the non-preempting priority classes: their pods evict no others (`preemptionPolicy: Never`). */
  readonly nonPreempting: ReadonlySet<string>;
  /** Labels of each namespace, by name of the namespace. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** For each storage class whose volumes are made beforehand, the hosts on which each volume can be mounted. */
  readonly volumes: ReadonlyMap<string, readonly NodeSelectorTerm[]>;
  /** Storage class of each claim, by `namespace/name`. */
  readonly claims: ReadonlyMap<string, string>;
}

/** Reads the context of placement out of the objects of a stack. */
export function placementContext(objects: readonly KubernetesObject[]): PlacementContext {
  const ofKind = (kind: string) => objects.filter((object) => is(object, "v1", kind));
  const classes = objects.filter(isStorageClass).filter(({ root }) => root.at("provisioner").text() === NO_PROVISIONER);
  return {
    priorities: priorityClasses(objects),
    nonPreempting: new Set(
      objects
        .filter(isPriorityClass)
        .filter(({ root }) => root.at("preemptionPolicy").text() === "Never")
        .map(({ name }) => name),
    ),
    namespaces: new Map(
      ofKind("Namespace").map(({ name, root }) => [
        name,
        { ...root.at("metadata", "labels").texts(), "kubernetes.io/metadata.name": name },
      ]),
    ),
    volumes: new Map(classes.map(({ name }) => [name, volumeTerms(ofKind("PersistentVolume"), name)])),
    claims: new Map(
      ofKind("PersistentVolumeClaim").map(({ namespace, name, root }) => [`${namespace}/${name}`, classOf(root.at("spec")) ?? ""]),
    ),
  };
}

/** The storage class that a claim's spec names. */
export function classOf(claim: Field): string | undefined {
  return claim.at("storageClassName").text();
}

/** The node selector terms of all volumes of a class: a pod that claims one may run on the host of any of them. */
function volumeTerms(volumes: readonly KubernetesObject[], className: string): readonly NodeSelectorTerm[] {
  return volumes
    .filter(({ root }) => classOf(root.at("spec")) === className)
    .flatMap(({ root }) => termsOf(root.at("spec", "nodeAffinity", "required", "nodeSelectorTerms")));
}
