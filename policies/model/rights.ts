import { labelSelectorOf } from "./pod-reading";
import type { LabelSelector } from "../../capacity/packing/model";
import { selectsLabels } from "../../capacity/packing/selectors";
import type { Field } from "./field";
import { is, type KubernetesObject } from "./objects";

/** Verbs that write an object. */
export const WRITE_VERBS = ["create", "update", "patch"] as const;

/** API group of roles and bindings. */
export const RBAC = "rbac.authorization.k8s.io";

/** What one rule of a Role or a ClusterRole allows. `*` stands for all of a kind, as in the role itself. */
export interface Right {
  readonly field: Field;
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Names of the only objects that it is about; none if it is about all. */
  readonly names: readonly string[];
}

/** Something that a right may allow: any of the verbs on any of the resources of a group. */
export interface Power {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Whom a binding gives a role. */
export interface Subject {
  readonly field: Field;
  readonly kind: string;
  /** Empty for users and groups. */
  readonly namespace: string;
  readonly name: string;
}

/** True for a Role and a ClusterRole. */
export function isRbacRole(object: KubernetesObject): boolean {
  return is(object, `${RBAC}/*`, "Role") || is(object, `${RBAC}/*`, "ClusterRole");
}

/** True for a RoleBinding and a ClusterRoleBinding. */
export function isBinding(object: KubernetesObject): boolean {
  return is(object, `${RBAC}/*`, "RoleBinding") || is(object, `${RBAC}/*`, "ClusterRoleBinding");
}

/** The rules of a role, as it writes them. */
export function rightsOf({ root }: KubernetesObject): readonly Right[] {
  return root.at("rules").items().map(rightOf);
}

function rightOf(field: Field): Right {
  const texts = (name: string) =>
    field
      .at(name)
      .items()
      .map((each) => each.text() ?? "");
  return { field, groups: texts("apiGroups"), resources: texts("resources"), verbs: texts("verbs"), names: texts("resourceNames") };
}

/**
 * What a right allows of a power, as `get, list secrets`; undefined if nothing. The API server compares texts, and knows `*` and `*` before a subresource
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/rbac/v1/evaluation_helpers.go). A rule with names matches no request that has none, as the
 * creation of an object.
 */
export function allowedOf(right: Right, power: Power): string | undefined {
  if (!right.groups.some((group) => group === "*" || group === power.group)) return undefined;
  const verbs = right.verbs.filter((verb) => verb === "*" || power.verbs.includes(verb));
  const resources = right.resources.filter((resource) => power.resources.some((asked) => coversResource(resource, asked)));
  return verbs.length === 0 || resources.length === 0 ? undefined : `${verbs.join(", ")} ${resources.join(", ")}`;
}

function coversResource(written: string, asked: string): boolean {
  const [, below] = asked.split("/");
  return written === "*" || written === asked || (below !== undefined && written === `*/${below}`);
}

/** The name as which an account logs in, with its namespace and its own name (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/). */
const LOGIN_OF_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * Whom a binding gives its role. An account without a namespace is one of the binding's own, and the user as whom an account logs in is the account
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/registry/rbac/validation/rule.go).
 */
export function subjectsOf({ root, namespace: own }: KubernetesObject): readonly Subject[] {
  return root
    .at("subjects")
    .items()
    .map((field) => {
      const kind = field.at("kind").text() ?? "";
      const name = field.at("name").text() ?? "";
      const [, namespace = "", account = ""] = (kind === "User" && LOGIN_OF_ACCOUNT.exec(name)) || [];
      if (account !== "") return { field, kind: "ServiceAccount", namespace, name: account };
      return { field, kind, namespace: kind === "ServiceAccount" ? (field.at("namespace").text() ?? own) : "", name };
    });
}

/** The name of a subject in messages: `ServiceAccount cmsaf-prod/hub`. */
export function subjectName({ kind, namespace, name }: Subject): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}

/** Finds what the role that a binding names allows. */
export interface RoleBook {
  /** The rights that a binding gives; undefined if the role is neither among the objects nor one that Kubernetes itself makes. */
  readonly rightsBy: (binding: KubernetesObject) => readonly Right[] | undefined;
}

const EVERYTHING: Omit<Right, "field"> = { groups: ["*"], resources: ["*"], verbs: ["*"], names: [] };

/**
 * What the roles that every API server makes allow, as far as rules ask; Secrets are in `edit` and above
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles).
 */
const BUILT_IN: Readonly<Record<string, readonly Omit<Right, "field">[]>> = {
  "ClusterRole cluster-admin": [EVERYTHING],
  "ClusterRole admin": [EVERYTHING],
  "ClusterRole edit": [EVERYTHING],
  "ClusterRole view": [],
  "ClusterRole system:auth-delegator": [],
  "ClusterRole system:basic-user": [],
  "ClusterRole system:discovery": [],
  "ClusterRole system:monitoring": [],
  "ClusterRole system:public-info-viewer": [],
  "ClusterRole system:service-account-issuer-discovery": [],
  "Role extension-apiserver-authentication-reader": [],
};

/**
 * Roles of OpenShift by which pods may use security context constraints, and which allow nothing else
 * (https://docs.okd.io/latest/authentication/managing-security-context-constraints.html); what they may do with those is another matter.
 */
const CONSTRAINTS = /^system:openshift:scc:([a-z0-9-]+)$/;

/** The name of the security context constraints that a binding lets pods use; undefined for all other bindings. */
export function constraintsBy({ root }: KubernetesObject): string | undefined {
  const reference = root.at("roleRef");
  return reference.at("kind").text() === "ClusterRole" ? CONSTRAINTS.exec(reference.at("name").text() ?? "")?.[1] : undefined;
}

/** Reads the roles of a stack once, for all its bindings. An aggregated ClusterRole has the rules of all ClusterRoles that it selects. */
export function roleBookOf(objects: readonly KubernetesObject[]): RoleBook {
  const roles = new Map(
    objects.filter(isRbacRole).map((role) => [`${role.kind} ${role.kind === "Role" ? role.namespace : ""}/${role.name}`, role]),
  );
  const clusterRoles = [...roles.values()].filter(({ kind }) => kind === "ClusterRole");
  return {
    rightsBy: (binding) => {
      const { root, namespace } = binding;
      if (constraintsBy(binding) !== undefined) return [];
      const reference = root.at("roleRef");
      const [kind, name] = [reference.at("kind").text() ?? "", reference.at("name").text() ?? ""];
      const role = roles.get(`${kind} ${kind === "Role" ? namespace : ""}/${name}`);
      if (role) return rightsWithAggregated(role, clusterRoles);
      const builtIn = BUILT_IN[`${kind} ${name}`]?.map((right) => ({ ...right, field: reference }));
      // What the stack puts into `view` is in no built-in list.
      const added = `${kind} ${name}` === "ClusterRole view" ? aggregatedFrom(clusterRoles, [PARTS_OF_VIEW], new Set()) : [];
      return builtIn && [...builtIn, ...added];
    },
  };
}

/** Prefix of the label by which a ClusterRole becomes part of one of the user-facing roles. */
const AGGREGATE_TO = `${RBAC}/aggregate-to-`;
/** The label of all roles that the API server makes itself. */
const BOOTSTRAPPING = { "kubernetes.io/bootstrapping": "rbac-defaults" };
/**
 * Labels of built-in ClusterRoles that allow what rules ask about: all others of them, as cluster-admin, and the parts of `admin` and `edit`
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go).
 */
const POWERFUL: readonly Readonly<Record<string, string>>[] = [
  BOOTSTRAPPING,
  ...["admin", "edit"].map((name) => ({ ...BOOTSTRAPPING, [`${AGGREGATE_TO}${name}`]: "true" })),
];

const PARTS_OF_VIEW: LabelSelector = { matchLabels: { [`${AGGREGATE_TO}view`]: "true" } };

function rightsWithAggregated(
  role: KubernetesObject,
  clusterRoles: readonly KubernetesObject[],
  seen = new Set<KubernetesObject>(),
): readonly Right[] {
  // A Role has no such field: the API server drops it.
  const field = role.root.at("aggregationRule", "clusterRoleSelectors");
  const selectors = role.kind === "ClusterRole" ? field.items().flatMap((each) => labelSelectorOf(each) ?? []) : [];
  if (selectors.length === 0) return rightsOf(role);
  const builtIn = POWERFUL.some((labels) => selectors.some((selector) => selectsLabels(selector, labels)))
    ? [{ ...EVERYTHING, field }]
    : [];
  return [...builtIn, ...aggregatedFrom(clusterRoles, selectors, seen.add(role))];
}

/** The rights of all ClusterRoles that are selected; one of them may be aggregated itself, and each counts once. */
function aggregatedFrom(
  clusterRoles: readonly KubernetesObject[],
  selectors: readonly LabelSelector[],
  seen: Set<KubernetesObject>,
): readonly Right[] {
  return clusterRoles.flatMap((other) => {
    if (seen.has(other)) return [];
    const labels = other.root.at("metadata", "labels").texts();
    return selectors.some((selector) => selectsLabels(selector, labels)) ? rightsWithAggregated(other, clusterRoles, seen.add(other)) : [];
  });
}
