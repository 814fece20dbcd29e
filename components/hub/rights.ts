import { granted, type AccessRule } from "../access";
import type { Manifest } from "../manifest";
import { HUB_RELEASE } from "./pods";
import type { HubSettings } from "./settings";

const READ = ["get", "list", "watch"] as const;

/**
 * What KubeSpawner asks of the API server: it follows pods and events by lists and watches, starts and deletes pods, and makes, looks up and
 * deletes homes (https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py). The chart's own Role lets the hub read every
 * Secret of the namespace besides (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/hub/rbac.yaml).
 */
const SPAWNER: readonly AccessRule[] = [
  ["", ["pods"], ["list", "watch", "create", "delete"]],
  ["", ["persistentvolumeclaims"], ["get", "create", "delete"]],
  ["", ["events"], ["list", "watch"]],
];

/**
 * What the hook asks besides. Server-side apply is a patch that may create
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/). Names of users' objects are not known before, and a rule knows whole
 * names or none, so the hub can read each Secret of its namespace whose name it knows, and list none. Without `get` it could too, because a
 * patch answers with the object; and a pod mounts Secrets of its own namespace only. So no Secret belongs there that the hub must not have.
 */
const DASK_INGRESS: readonly AccessRule[] = [
  ["", ["secrets"], ["get", "create", "patch", "delete"]],
  ["", ["services"], ["create", "patch", "delete"]],
  ["traefik.io", ["ingressroutetcps"], ["create", "patch", "delete"]],
];

/**
 * What the scheduler of user servers asks, in the chart's own words
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/scheduling/user-scheduler/rbac.yaml); its lease is in
 * {@link LEASE}, because it is in the hub's namespace.
 */
const SCHEDULER: readonly AccessRule[] = [
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
const LEASE: readonly AccessRule[] = [
  ["coordination.k8s.io", ["leases"], ["create"]],
  ["coordination.k8s.io", ["leases"], ["get", "update"], ["user-scheduler-lock"]],
];

/** What the hub itself may do, as a Role has it. */
export function hubRules({ dask }: Pick<HubSettings, "dask">): readonly AccessRule[] {
  return [...SPAWNER, ...(dask.kind === "sni" ? DASK_INGRESS : [])];
}

/**
 * The rights of all accounts of the chart, by the last part of the Pulumi resource's name. The chart has one switch for all of its own rights,
 * so the facility gives all of them.
 */
export function hubRights(hub: Pick<HubSettings, "dask">, namespace: string): Readonly<Record<string, Manifest>> {
  const account = (name: string) => ({ name, namespace });
  const ofScheduler = { kind: "ClusterRole", name: `${HUB_RELEASE}-${namespace}-user-scheduler` } as const;
  return {
    ...granted("hub-rights", { kind: "Role", name: "hub-rights" }, account("hub"), hubRules(hub)),
    ...granted("user-scheduler-lease", { kind: "Role", name: "user-scheduler-lease" }, account("user-scheduler"), LEASE),
    ...granted("user-scheduler", ofScheduler, account("user-scheduler"), SCHEDULER),
  };
}
