import { isBinding } from "../model/rights";
import type { ObjectRule } from "../model/rules";

/** ClusterRoles that every API server has, with which their holder has everything: in the cluster, or in the namespace of the binding. */
const MASTERS = ["cluster-admin", "system:node", "system:controller:clusterrole-aggregation-controller"];

export const nobodyIsClusterAdmin: ObjectRule = {
  name: "nobody-is-cluster-admin",
  pack: "security",
  title: "No binding makes anybody administrator of the cluster.",
  why: "One stolen token of such an account is the whole cluster. A RoleBinding to cluster-admin is the same for a namespace and all Secrets and pods in it.",
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Write a role with what the account asks for, and bind that.",
  frameworks: ["CIS:5.1.1", "Kubescape:C-0035", "Trivy:KSV-0111"],
  scope: "object",
  check: (object, judgement) => {
    if (!isBinding(object)) return;
    judgement.countChecked();
    judgement.attempt(() => {
      const role = object.root.at("roleRef", "name");
      const name = role.text() ?? "";
      if (object.root.at("roleRef", "kind").text() === "ClusterRole" && MASTERS.includes(name))
        judgement.violation(role, `binds the ClusterRole ${name}; allowed: a role of what the account needs`, name);
    });
  },
};
