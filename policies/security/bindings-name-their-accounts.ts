import { constraintsBy, isBinding, RBAC, subjectName, subjectsOf, type Subject } from "../model/rights";
import { is, type KubernetesObject } from "../model/objects";
import type { ObjectRule } from "../model/rules";

/** Groups to which nobody is added, and who is in them. */
const GROUPS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "system:authenticated": "everybody who can log in, and every pod",
    "system:unauthenticated": "everybody who can reach the API server",
    "system:masters": "administrators past all checks",
    "system:nodes": "every host",
    "system:serviceaccounts": "every pod of the cluster",
  }),
);
/** Group of all accounts of one namespace. */
const ACCOUNTS_OF = /^system:serviceaccounts:(.+)$/;

export const bindingsNameTheirAccounts: ObjectRule = {
  name: "bindings-name-their-accounts",
  pack: "security",
  title: "Every binding gives its role to accounts made for it: not to everybody, and not to default accounts.",
  why: "A pod that names no account runs as the default account of its namespace, and every pod is in the groups of accounts. What these may do, any pod may do, those of users among them.",
  sources: ["https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Make a ServiceAccount for the program, name it in the pod and in the binding.",
  frameworks: ["CIS:5.1.5", "CIS:5.1.7", "Kubescape:C-0262", "Checkov:CKV_K8S_42", "facility:IDN-24"],
  scope: "object",
  check: (object, judgement) => {
    if (!isBinding(object)) return;
    judgement.countChecked();
    judgement.attempt(() => {
      for (const subject of subjectsOf(object)) {
        const who = whoIs(subject);
        if (who !== undefined && !isLevelOfNamespace(object, subject))
          judgement.violation(
            subject.field.at("name"),
            `gives the role to ${subject.name}, which is ${who}; allowed: accounts made for the role`,
            subjectName(subject),
          );
      }
    });
  },
};

function whoIs({ kind, name, namespace }: Subject): string | undefined {
  switch (kind) {
    case "User":
      return name === "system:anonymous" ? "everybody who can reach the API server" : undefined;
    case "Group": {
      const of = ACCOUNTS_OF.exec(name)?.[1];
      return of === undefined ? GROUPS.get(name) : `every pod of the namespace ${of}`;
    }
    case "ServiceAccount":
      return name === "default" ? `every pod of the namespace ${namespace} that names no account` : undefined;
    default:
      return "no kind of subject that the API server knows";
  }
}

/** True where all pods of a namespace may use constraints short of the widest: on OpenShift that is what the level of Pod Security is elsewhere. */
function isLevelOfNamespace(binding: KubernetesObject, { kind, name }: Subject): boolean {
  const constraints = constraintsBy(binding);
  return (
    is(binding, `${RBAC}/*`, "RoleBinding") &&
    kind === "Group" &&
    ACCOUNTS_OF.exec(name)?.[1] === binding.namespace &&
    constraints !== undefined &&
    constraints !== "privileged"
  );
}
