import { DEFAULT_CLASS } from "../../components/admission/cluster";
import { is, type KubernetesObject } from "../model/objects";
import { objectName, type StackRule } from "../model/rules";

export const oneDefaultClass: StackRule = {
  name: "one-default-class",
  pack: "quotas",
  title: "At most one StorageClass and one IngressClass is the default of the cluster.",
  why: "With two default classes the younger one takes every claim, or every Ingress, that names none.",
  sources: ["https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass"],
  severity: "medium",
  enforcement: "mandatory",
  remedy: "Take the annotation is-default-class from all but one class, and name the class in each claim.",
  frameworks: ["facility:Q-34"],
  scope: "stack",
  check: (objects, on) => {
    for (const { apiGroup, kind, annotations } of DEFAULT_CLASS) {
      let first: KubernetesObject | undefined;
      for (const object of objects.filter((each) => is(each, `${apiGroup}/*`, kind)))
        on(object).attempt(() => {
          on(object).countChecked();
          const fields = annotations.map((key) => object.root.at("metadata", "annotations", key));
          const mark = fields.find((field) => field.text() === "true");
          if (!mark) return;
          if (first) on(object).violation(mark, `is the default, and so is ${objectName(first)}; allowed: one default ${kind}`);
          first ??= object;
        });
    }
  },
};
