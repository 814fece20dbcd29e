import { groupOf } from "../../components/manifest";
import type { KubernetesObject } from "../../policies/model/objects";
import { isCustom } from "../schemas/check";
import { unitedKinds, type CustomKind } from "./kinds";

/** The kinds of custom resources in use, each once, in alphabetical order. */
export function customKinds(objects: readonly KubernetesObject[]): readonly CustomKind[] {
  return unitedKinds(
    objects.filter(isCustom).map(({ apiVersion, kind, namespace }) => {
      const [, version = ""] = apiVersion.split("/");
      return { group: groupOf(apiVersion), version, kind, namespaced: namespace !== "" };
    }),
  );
}
