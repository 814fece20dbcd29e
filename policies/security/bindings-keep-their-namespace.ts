import { isBinding, RBAC, subjectsOf } from "../model/rights";
import { is } from "../model/objects";
import type { ObjectRule } from "../model/rules";

export const bindingsKeepTheirNamespace: ObjectRule = {
  name: "bindings-keep-their-namespace",
  pack: "security",
  title: "A RoleBinding gives rights in its namespace to accounts of that namespace.",
  why: "Rights across namespaces tie two programs together: whoever takes the one has what the other keeps, and the namespace that holds it does not show who that is.",
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Bind an account of the same namespace, or list the pair of namespaces as an exception with its reason.",
  frameworks: ["facility:F-03"],
  scope: "object",
  check: (object, judgement) => {
    if (!isBinding(object) || is(object, `${RBAC}/*`, "ClusterRoleBinding")) return;
    judgement.countChecked();
    judgement.attempt(() => {
      for (const { field, kind, namespace, name } of subjectsOf(object)) {
        if (kind !== "ServiceAccount" || namespace === object.namespace) continue;
        judgement.violation(
          field.at("namespace"),
          `the account ${name} of ${namespace} gets rights in ${object.namespace}; allowed: accounts of ${object.namespace}`,
          `${namespace}/${name}`,
        );
      }
    });
  },
};
