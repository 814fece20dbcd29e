import { allowedOf, RBAC, type Power, type Right, WRITE_VERBS } from "./rights";

/** A power, and what its holder gets by it, as the end of a sentence. */
export interface Gain extends Power {
  readonly so: string;
}

/** What makes a holder the master of the cluster, by what it may do; https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks. */
export const ESCALATIONS: readonly Gain[] = [
  { group: RBAC, resources: ["roles", "clusterroles"], verbs: ["escalate", "bind"], so: "its holder may give itself any right" },
  {
    group: RBAC,
    resources: ["rolebindings", "clusterrolebindings"],
    verbs: WRITE_VERBS,
    so: "its holder may give all its own rights to anybody",
  },
  { group: "", resources: ["users", "groups", "serviceaccounts"], verbs: ["impersonate"], so: "its holder may be anybody" },
  { group: "", resources: ["serviceaccounts/token"], verbs: ["create"], so: "its holder may be any account of the namespace" },
  {
    group: "",
    resources: ["nodes/proxy"],
    verbs: ["get", "delete", ...WRITE_VERBS],
    so: "its holder may run commands in every pod of a host, past the API server's log and admission",
  },
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["update", "patch"],
    so: "its holder may take the level of Pod Security off a namespace",
  },
  { group: "", resources: ["persistentvolumes"], verbs: ["create"], so: "its holder may make a volume of any folder of a host" },
  {
    group: "certificates.k8s.io",
    resources: ["certificatesigningrequests/approval"],
    verbs: ["update", "patch"],
    so: "its holder may have a certificate for any name",
  },
  {
    group: "certificates.k8s.io",
    resources: ["signers"],
    verbs: ["approve", "sign", "attest"],
    so: "its holder may have a certificate for any name",
  },
  {
    group: "admissionregistration.k8s.io",
    resources: [
      ...["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
      ...["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"],
      ...["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
    ],
    verbs: ["delete", "deletecollection", ...WRITE_VERBS],
    so: "its holder may read, change or let pass every object that the API server is sent",
  },
];

/** Ways to the Secrets of a namespace. An answer to a patch holds the whole object, and a pod may mount any Secret of its namespace. */
export const WAYS_TO_SECRETS: readonly Gain[] = [
  { group: "", resources: ["secrets"], verbs: ["get", "list", "watch", "update", "patch"], so: "reads them" },
  { group: "", resources: ["pods", "replicationcontrollers"], verbs: WRITE_VERBS, so: "runs pods that may mount them" },
  {
    group: "apps",
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: WRITE_VERBS,
    so: "runs pods that may mount them",
  },
  { group: "batch", resources: ["jobs", "cronjobs"], verbs: WRITE_VERBS, so: "runs pods that may mount them" },
  { group: "", resources: ["pods/exec", "pods/attach"], verbs: ["get", "create"], so: "runs commands where they are mounted" },
  { group: "", resources: ["pods/ephemeralcontainers"], verbs: ["update", "patch"], so: "runs containers beside those that mount them" },
];

/** A way to Secrets that a right opens. */
export interface WayToSecrets {
  /** What the right allows, such as `get, list secrets`. */
  readonly what: string;
  readonly so: string;
  /** False for rights to Secrets themselves; all others are to pods that may mount them. */
  readonly byPods: boolean;
}

/** The ways to Secrets that a right opens. */
export function waysToSecrets(right: Right): readonly WayToSecrets[] {
  return WAYS_TO_SECRETS.flatMap((way) => {
    const power = right.names.length === 0 ? way : namedPart(way);
    const what = power && allowedOf(right, power);
    return what === undefined ? [] : [{ what, so: way.so, byPods: !way.resources.includes("secrets") }];
  });
}

/**
 * What a rule with names reaches of the Secrets that it does not name: a pod or a workload that is named may mount any of them. It creates no object, for a
 * request to create has no name, but the part of one, such as a command in a pod.
 */
function namedPart(way: Power): Power | undefined {
  if (way.resources.includes("secrets")) return undefined;
  return way.resources.some((each) => each.includes("/")) ? way : { ...way, verbs: way.verbs.filter((verb) => verb !== "create") };
}
