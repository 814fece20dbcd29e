import type { Manifest } from "../manifest";
import { HUB_RELEASE } from "./pods";
import type { HubSettings } from "./settings";

const GROUP = "rbac.authorization.k8s.io";

/** What an account may do: API group, resources, verbs, and the names of the objects if not all. */
type Rule = readonly [apiGroup: string, resources: readonly string[], verbs: readonly string[], names?: readonly string[]];

const READ = ["get", "list", "watch"] as const;

/**
 * What KubeSpawner asks of the API server: it follows pods and events by lists and watches, starts and deletes pods, and makes, looks up and
 * deletes homes (https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py). The chart's own Role lets the hub read every
 * Secret of the namespace besides (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/hub/rbac.yaml).
 */
const SPAWNER: readonly Rule[] = [
  ["", ["pods"], ["list", "watch", "create", "delete"]],
  ["", ["persistentvolumeclaims"], ["get", "create", "delete"]],
  ["", ["events"], ["list", "watch"]],
];

/**
 * What the hook asks besides. Server-side apply is a patch that may create
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/). Names of users' objects are not known before, so a rule cannot name
 * them; the hook reads Secrets by name and lists none.
 */
const DASK_INGRESS: readonly Rule[] = [
  ["", ["secrets"], ["get", "create", "patch", "delete"]],
  ["", ["services"], ["create", "patch", "delete"]],
  ["traefik.io", ["ingressroutetcps"], ["create", "patch", "delete"]],
];

/** What the Job asks that waits for the images of user servers on every host. */
const AWAITER: readonly Rule[] = [["apps", ["daemonsets"], ["get"]]];

/**
 * What the scheduler of user servers asks, in the chart's own words
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/scheduling/user-scheduler/rbac.yaml); its lease is in
 * {@link LEASE}, because it is in the hub's namespace.
 */
const SCHEDULER: readonly Rule[] = [
  ["", ["events"], ["create", "patch", "update"]],
  ["events.k8s.io", ["events"], ["create", "patch", "update"]],
  ["", ["nodes", "namespaces", "replicationcontrollers", "services"], READ],
  ["", ["pods"], ["delete", ...READ]],
  ["", ["bindings", "pods/binding"], ["create"]],
  ["", ["pods/status"], ["patch", "update"]],
  ["", ["persistentvolumes", "persistentvolumeclaims"], [...READ, "patch", "update"]],
  ["apps", ["replicasets", "statefulsets"], READ],
  ["policy", ["poddisruptionbudgets"], READ],
  ["authentication.k8s.io", ["tokenreviews"], ["create"]],
  ["authorization.k8s.io", ["subjectaccessreviews"], ["create"]],
  ["storage.k8s.io", ["csinodes", "csidrivers", "csistoragecapacities", "storageclasses"], READ],
];

/** The lease by which the two schedulers of user servers agree which of them works. */
const LEASE: readonly Rule[] = [
  ["coordination.k8s.io", ["leases"], ["create"]],
  ["coordination.k8s.io", ["leases"], ["get", "update"], ["user-scheduler-lock"]],
];

/** What the hub itself may do, as a Role has it. */
export function hubRules({ dask }: Pick<HubSettings, "dask">): readonly Rule[] {
  return [...SPAWNER, ...(dask.kind === "sni" ? DASK_INGRESS : [])];
}

/**
 * The rights of all accounts of the chart, by the last part of the Pulumi resource's name. The chart has one switch for all of its own rights,
 * so the facility gives all of them.
 */
export function hubRights(hub: Pick<HubSettings, "dask">, namespace: string): Readonly<Record<string, Manifest>> {
  const scheduler = `${HUB_RELEASE}-${namespace}-user-scheduler`;
  return {
    ...granted("hub-rights", namespace, "hub", hubRules(hub)),
    ...granted("image-awaiter-rights", namespace, "hook-image-awaiter", AWAITER),
    ...granted("user-scheduler-lease", namespace, "user-scheduler", LEASE),
    "user-scheduler-role": role("ClusterRole", { name: scheduler }, SCHEDULER),
    "user-scheduler-binding": binding("ClusterRole", { name: scheduler }, { name: "user-scheduler", namespace }),
  };
}

function granted(name: string, namespace: string, account: string, rules: readonly Rule[]): Readonly<Record<string, Manifest>> {
  return {
    [`${name}-role`]: role("Role", { name, namespace }, rules),
    [`${name}-binding`]: binding("Role", { name, namespace }, { name: account, namespace }),
  };
}

type Kind = "Role" | "ClusterRole";

function role(kind: Kind, metadata: Manifest["metadata"], rules: readonly Rule[]): Manifest {
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata,
    rules: rules.map(([apiGroup, resources, verbs, names]) => ({
      apiGroups: [apiGroup],
      resources: [...resources],
      ...(names && { resourceNames: [...names] }),
      verbs: [...verbs],
    })),
  };
}

function binding(kind: Kind, metadata: Manifest["metadata"], account: { readonly name: string; readonly namespace: string }): Manifest {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: GROUP, kind, name: metadata.name },
    subjects: [{ kind: "ServiceAccount", ...account }],
  };
}
