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
  return unitedKinds(
    objects.filter(isCustom).map(({ apiVersion, kind, namespace }) => {
      const [, version = ""] = apiVersion.split("/");
      return { group: groupOf(apiVersion), version, kind, namespaced: namespace !== "" };
    }),
  );
}

/** The same kinds, each once, in alphabetical order. */
export function unitedKinds(kinds: readonly CustomKind[]): readonly CustomKind[] {
  const byName = new Map(kinds.map((each) => [`${each.group}/${each.version}/${each.kind}`, each]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}
