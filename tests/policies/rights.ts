import { changed, type Data } from "./manifests";
import type { ObjectExample } from "./pages/examples";

const apiVersion = "rbac.authorization.k8s.io/v1";

/** A role that reads maps of its namespace, and nothing more. */
export const ROLE: Data = {
  apiVersion,
  kind: "Role",
  metadata: { name: "program", namespace: "work" },
  rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
};

/** The same for the whole cluster. */
export const CLUSTER_ROLE: Data = { ...ROLE, kind: "ClusterRole", metadata: { name: "program" } };

/** The binding that gives {@link ROLE} to an account of the same namespace. */
export const BINDING: Data = {
  apiVersion,
  kind: "RoleBinding",
  metadata: { name: "program", namespace: "work" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "program" },
  subjects: [{ kind: "ServiceAccount", name: "program", namespace: "work" }],
};

/** The binding that gives {@link CLUSTER_ROLE} to the account in every namespace. */
export const CLUSTER_BINDING: Data = {
  ...changed(BINDING, ["roleRef", "kind"], "ClusterRole"),
  kind: "ClusterRoleBinding",
  metadata: { name: "program" },
};

/** A Secret that nothing fills by itself. */
export const SECRET: Data = { apiVersion: "v1", kind: "Secret", metadata: { name: "program", namespace: "work" }, type: "Opaque" };

/** What the rules about rights accept, and the one field with which they refuse it. */
export const RIGHTS_EXAMPLES: Readonly<Record<string, ObjectExample>> = {
  "roles-have-no-wildcards": { accepted: [ROLE], of: 0, at: ["rules", 0, "verbs", 0], value: "*" },
  "roles-give-no-escalation": { accepted: [CLUSTER_ROLE], of: 0, at: ["rules", 0, "resources", 0], value: "nodes/proxy" },
  "nobody-is-cluster-admin": { accepted: [CLUSTER_ROLE, CLUSTER_BINDING], of: 1, at: ["roleRef", "name"], value: "cluster-admin" },
  "bindings-name-their-accounts": { accepted: [ROLE, BINDING], of: 1, at: ["subjects", 0, "name"], value: "default" },
  "bindings-keep-their-namespace": { accepted: [ROLE, BINDING], of: 1, at: ["subjects", 0, "namespace"], value: "elsewhere" },
  "secrets-have-known-readers": { accepted: [ROLE, BINDING], of: 0, at: ["rules", 0, "resources", 0], value: "secrets" },
  "service-account-tokens-end": { accepted: [SECRET], of: 0, at: ["type"], value: "kubernetes.io/service-account-token" },
};

/** Objects that each rule about rights refuses. */
export const RIGHTS_REFUSED: Readonly<Record<string, readonly Data[]>> = Object.fromEntries(
  Object.entries(RIGHTS_EXAMPLES).map(([rule, { accepted, of, at, value }]) => [
    rule,
    accepted.map((object, index) => (index === of ? changed(object, at, value) : object)),
  ]),
);
