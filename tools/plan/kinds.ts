import type { KubernetesObject } from "../../policies/model/objects";
import { groupOf } from "../../components/manifest";
import { isCustom } from "../schemas/check";

/** A kind of custom resource that the facility uses. */
export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The kinds of custom resources in use, each once, in alphabetical order. */
export function customKinds(objects: readonly KubernetesObject[]): readonly CustomKind[] {
  const kinds = new Map<string, CustomKind>();
  for (const object of objects.filter(isCustom)) {
    const version = object.apiVersion.split("/")[1] ?? "";
    kinds.set(`${object.apiVersion}/${object.kind}`, {
      group: groupOf(object.apiVersion),
      version,
      kind: object.kind,
      namespaced: object.namespace !== "",
    });
  }
  return [...kinds.keys()].sort().flatMap((key) => kinds.get(key) ?? []);
}
