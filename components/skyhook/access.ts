import { bindingManifest, roleManifest, type AccessRule, type AccountName, type RoleName } from "../access";
import type { Manifest } from "../manifest";

const ALL = ["get", "list", "watch", "create", "update", "delete"] as const;

/**
 * Rules of the accounts that Rook's daemons and jobs run as, by the last part of the account's name, as Rook's chart gives them to a
 * cluster in the operator's own namespace
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/library/templates/_cluster-role.tpl). The rules for kinds that the experiment has
 * not are left out.
 */
const RULES: Readonly<Record<"default" | "osd" | "mgr" | "cmd-reporter" | "purge-osd", readonly AccessRule[]>> = {
  // Monitors, metadata servers and reporters ask nothing of the API server.
  default: [],
  osd: [
    ["", ["secrets"], ["get", "update"]],
    ["", ["configmaps"], ALL],
    ["ceph.rook.io", ["cephclusters", "cephclusters/finalizers"], ["get", "list", "create", "update", "delete"]],
  ],
  mgr: [
    ["", ["pods", "services", "pods/log"], ALL],
    ["batch", ["jobs"], ALL],
    [
      "ceph.rook.io",
      [
        "cephclients",
        "cephclusters",
        "cephclusters/finalizers",
        "cephblockpools",
        "cephfilesystems",
        "cephnfses",
        "cephobjectstores",
        "cephobjectstoreusers",
        "cephobjectrealms",
        "cephobjectzonegroups",
        "cephobjectzones",
        "cephbuckettopics",
        "cephbucketnotifications",
        "cephrbdmirrors",
        "cephfilesystemmirrors",
        "cephfilesystemsubvolumegroups",
        "cephblockpoolradosnamespaces",
        "cephcosidrivers",
      ],
      [...ALL, "patch"],
    ],
    ["apps", ["deployments/scale", "deployments"], ["patch", "delete"]],
    ["", ["persistentvolumeclaims"], ["delete"]],
  ],
  "cmd-reporter": [["", ["pods", "configmaps"], ALL]],
  "purge-osd": [
    ["", ["configmaps"], ["get"]],
    ["apps", ["deployments"], ["get", "delete"]],
    ["batch", ["jobs"], ["get", "list", "delete"]],
    ["", ["persistentvolumeclaims"], ["get", "update", "delete", "list"]],
  ],
};

/**
 * What a second Ceph cluster needs in a namespace that is not the operator's: accounts for its daemons and what they may do, and the
 * operator's permission to work there. Rook's chart makes them for its own namespace only
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/common-second-cluster.yaml).
 * @param namespace name of the cluster's namespace.
 * @param operator name of the namespace of Rook's operator.
 */
export function secondClusterAccess(namespace: string, operator: string): Readonly<Record<string, Manifest>> {
  const account = (name: string, at: string): AccountName => ({ name: `rook-ceph-${name}`, namespace: at });
  const binding = (name: string, at: string | undefined, { kind, name: role }: RoleName, subject: AccountName): Manifest =>
    bindingManifest(`rook-ceph-${name}`, at, { kind, name: `rook-ceph-${role}` }, subject);
  const own = Object.entries(RULES).flatMap(([name, rules]): readonly (readonly [string, Manifest])[] => [
    [`account-${name}`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: `rook-ceph-${name}`, namespace } }],
    ...(rules.length === 0
      ? []
      : ([
          [`role-${name}`, roleManifest({ kind: "Role", name: `rook-ceph-${name}` }, namespace, rules)],
          [`binding-${name}`, binding(name, namespace, { kind: "Role", name }, account(name, namespace))],
        ] as const)),
  ]);
  const ofWholeCluster = (name: string) =>
    binding(`${name}-${namespace}`, undefined, { kind: "ClusterRole", name }, account(name.replace("-cluster", ""), namespace));
  return {
    ...Object.fromEntries(own),
    "binding-operator": binding("cluster-mgmt", namespace, { kind: "ClusterRole", name: "cluster-mgmt" }, account("system", operator)),
    // The managers' module `rook` reads what the operator keeps in its own namespace.
    "binding-mgr-system": binding(
      `mgr-system-${namespace}`,
      operator,
      { kind: "ClusterRole", name: "mgr-system" },
      account("mgr", namespace),
    ),
    "binding-mgr-cluster": ofWholeCluster("mgr-cluster"),
    "binding-osd-cluster": ofWholeCluster("osd"),
  };
}
