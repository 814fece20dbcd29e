import type { Manifest } from "./manifest";

const GROUP = "rbac.authorization.k8s.io";

/** What an account may do: API group, resources, verbs, and the names of the objects if not all. */
export type AccessRule = readonly [apiGroup: string, resources: readonly string[], verbs: readonly string[], names?: readonly string[]];

/** A Role or a ClusterRole. */
export interface RoleName {
  readonly kind: "Role" | "ClusterRole";
  readonly name: string;
}

/** A ServiceAccount. */
export interface AccountName {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The manifest of a role.
 * @param namespace undefined for a ClusterRole.
 */
export function roleManifest({ kind, name }: RoleName, namespace: string | undefined, rules: readonly AccessRule[]): Manifest {
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    rules: rules.map(([apiGroup, resources, verbs, names]) => ({
      apiGroups: [apiGroup],
      resources: [...resources],
      ...(names && { resourceNames: [...names] }),
      verbs: [...verbs],
    })),
  };
}

/**
 * The manifest that gives an account a role.
 * @param namespace the namespace in which the account may do so; undefined for the whole cluster.
 */
export function bindingManifest(name: string, namespace: string | undefined, role: RoleName, account: AccountName): Manifest {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    roleRef: { apiGroup: GROUP, kind: role.kind, name: role.name },
    subjects: [{ kind: "ServiceAccount", ...account }],
  };
}

/**
 * A role with its rules, and the binding of the same name that gives it to an account: a Role in the namespace of the account, a ClusterRole everywhere.
 * @param key first part of the names of both Pulumi resources.
 */
export function granted(
  key: string,
  role: RoleName,
  account: AccountName,
  rules: readonly AccessRule[],
): Readonly<Record<string, Manifest>> {
  const namespace = role.kind === "Role" ? account.namespace : undefined;
  return {
    [`${key}-role`]: roleManifest(role, namespace, rules),
    [`${key}-binding`]: bindingManifest(role.name, namespace, role, account),
  };
}
