import { changed, type Data } from "./manifests";
import { BINDING, CLUSTER_BINDING, CLUSTER_ROLE, ROLE } from "./rights";

/** A rule of a role about one resource and one verb. */
export const right = (group: string, resource: string, verb: string, more: Data = {}): Data => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [verb],
  ...more,
});

/** The right by which an account in every namespace takes the cluster. */
export const SECRETS = right("", "secrets", "get");

/** Gives the account `work/program` rights in every namespace. */
export const everywhere = (...rules: readonly Data[]): readonly Data[] => [changed(CLUSTER_ROLE, ["rules"], rules), CLUSTER_BINDING];

/** Gives the account `work/program` rights in its own namespace. */
export const within = (...rules: readonly Data[]): readonly Data[] => [changed(ROLE, ["rules"], rules), BINDING];

/** Gives another account rights in every namespace by which it takes the cluster. */
export const master = (name: string, namespace = "work"): readonly Data[] => [
  { ...changed(CLUSTER_ROLE, ["rules"], [SECRETS]), metadata: { name } },
  changed(
    changed({ ...CLUSTER_BINDING, metadata: { name } }, ["roleRef", "name"], name),
    ["subjects"],
    [{ kind: "ServiceAccount", name, namespace }],
  ),
];

/** A Secret of the namespace `work` that holds a token of an account there. */
export const token = (account: string): Data => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "token", namespace: "work", annotations: { "kubernetes.io/service-account.name": account } },
  type: "kubernetes.io/service-account-token",
});
