import { is } from "../model/objects";
import type { ObjectRule } from "../model/rules";

/** Label of a namespace whose value is the level that the API server enforces there. */
const LABEL = "pod-security.kubernetes.io/enforce";
/** Levels of the Pod Security Standards. */
const LEVELS = ["restricted", "baseline", "privileged"];

export const namespacesSetPodSecurity: ObjectRule = {
  name: "namespaces-set-pod-security",
  pack: "security",
  title: "Every namespace enforces a level of Pod Security, and privileged only where upstream software needs it.",
  why: "Without the label a namespace admits pods with any privilege.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-admission/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: `Label the namespace ${LABEL}: restricted, or baseline where the software cannot do with less.`,
  frameworks: ["CIS:5.2.1", "facility:F-32"],
  scope: "object",
  check: (object, judgement) => {
    if (!is(object, "v1", "Namespace")) return;
    const { root, partial } = object;
    judgement.countChecked();
    const label = root.at("metadata", "labels", LABEL);
    const level = label.text();
    if (level === undefined && partial) return;
    if (level === undefined)
      judgement.violation(label, "the label is missing, so any pod may do anything; allowed: restricted or baseline");
    else if (!LEVELS.includes(level))
      judgement.violation(label, `found "${level}", which is no level and enforces nothing; allowed: restricted or baseline`);
    else if (level === "privileged") judgement.violation(label, "the level is privileged; allowed: restricted or baseline", level);
  },
};
