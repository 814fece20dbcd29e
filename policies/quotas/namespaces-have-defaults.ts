import { filledDefaults } from "../../capacity/requests";
import { namespaceContents } from "../model/namespaces";
import type { StackRule } from "../model/rules";
import { containerDefaults } from "../model/pod-reading";

/** Defaults that containers need: the field of a LimitRange item, and the resource. */
const FIELDS = [
  ["defaultRequest", "cpu"],
  ["defaultRequest", "memory"],
  ["default", "memory"],
] as const;

export const namespacesHaveDefaults: StackRule = {
  name: "namespaces-have-defaults",
  pack: "quotas",
  title: "Every namespace of the stack has a LimitRange that fills in what containers leave out.",
  why: "A quota refuses a container that does not say what it needs, so a LimitRange has to say it for those that do not.",
  sources: ["https://kubernetes.io/docs/concepts/policy/limit-range/"],
  severity: "medium",
  enforcement: "mandatory",
  remedy: "Give the namespace a LimitRange of type Container with defaultRequest for cpu and memory and default for memory.",
  frameworks: ["facility:Q-02", "NSA:limit-ranges", "Trivy:KSV-0039"],
  scope: "stack",
  check: (objects, on) => {
    for (const { namespace, members } of namespaceContents(objects)) {
      const judgement = on(namespace);
      judgement.countChecked();
      judgement.attempt(() => {
        const defaults = containerDefaults(members).map(filledDefaults);
        const missing = FIELDS.filter(([field, resource]) => !defaults.some((item) => item[field][resource] !== undefined));
        if (missing.length > 0)
          judgement.violation(namespace.root, `no LimitRange of type Container gives ${missing.map((path) => path.join(".")).join(", ")}`);
      });
    }
  },
};
