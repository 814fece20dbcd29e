import type { NodeSelectorTerm } from "../../capacity/placement";
import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import { termsOf } from "../model/pod-reading";
import { priorityClasses, isPriorityClass, type PriorityClasses } from "../model/priorities";
import { isStorageClass } from "../model/storage-classes";

/** What decides about a pod's place and is written in other objects of the stack. */
export interface PlacementContext {
  readonly priorities: PriorityClasses;
  /** Names of the priority classes whose pods evict nobody. */
  readonly nonPreempting: ReadonlySet<string>;
  /** Labels of namespaces by name. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Of each storage class whose volumes are made beforehand: where each volume can be used. */
  readonly volumes: ReadonlyMap<string, readonly NodeSelectorTerm[]>;
  /** Storage class of each claim, by `namespace/name`. */
  readonly claims: ReadonlyMap<string, string>;
}

/** What the StorageClass of volumes that nobody makes on demand names. */
const NO_PROVISIONER = "kubernetes.io/no-provisioner";

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

/** A pod may go wherever one of the class's volumes is. */
function volumeTerms(volumes: readonly KubernetesObject[], className: string): readonly NodeSelectorTerm[] {
  return volumes
    .filter(({ root }) => classOf(root.at("spec")) === className)
    .flatMap(({ root }) => termsOf(root.at("spec", "nodeAffinity", "required", "nodeSelectorTerms")));
}
