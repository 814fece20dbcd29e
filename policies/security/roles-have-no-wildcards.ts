import { isRbacRole } from "../model/rights";
import type { ObjectRule } from "../model/rules";

/** Lists of a rule in which `*` stands for everything, also for what is invented later. */
const LISTS = ["apiGroups", "resources", "verbs", "nonResourceURLs"] as const;

export const rolesHaveNoWildcards: ObjectRule = {
  name: "roles-have-no-wildcards",
  pack: "security",
  title: "Every Role and ClusterRole names the groups, resources and verbs that it allows.",
  why: "A wildcard allows what nobody thought of: subresources such as pods/exec, verbs such as escalate, and every kind that is installed later.",
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Write out the API groups, resources and verbs that the program asks for.",
  frameworks: ["CIS:5.1.3", "Checkov:CKV_K8S_49", "Trivy:KSV-0044", "facility:IDN-09"],
  scope: "object",
  check: (object, judgement) => {
    if (!isRbacRole(object)) return;
    judgement.countChecked();
    for (const rule of object.root.at("rules").items())
      judgement.attempt(() => {
        for (const list of LISTS)
          for (const entry of rule.at(list).items())
            judgement.attempt(() => {
              const text = entry.text() ?? "";
              // A group or a verb with a star inside is a name that nothing has; a resource is `*`, or `*/` and a subresource.
              if (text === "*" || (list === "resources" && text.startsWith("*/")))
                judgement.violation(entry, `${list} has ${text}; allowed: names`, `${list}: ${text}`);
            });
      });
  },
};
