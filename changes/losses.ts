import { groupKindOf, kindOf, objectOf, serviceOf, subject, type ResourceChange } from "./change";
import { plain } from "../policies/engine-values";
import { objectsOfResource } from "../policies/model/objects";
import { type Consequence, UNNOTICED } from "./effects";
import { GENERATED, type StateResource } from "./state";

/** What is lost with an object of these kinds, by group and kind. */
const HOLDS: Readonly<Record<string, string>> = {
  "/Namespace": "everything in the namespace goes with it",
  "/PersistentVolume": "the volume and what is on it",
  "/PersistentVolumeClaim": "the claim and, unless its class retains, the volume behind it",
  "ceph.rook.io/CephCluster": "every volume and every bucket of the cluster",
  "ceph.rook.io/CephBlockPool": "every volume of the pool",
  "ceph.rook.io/CephFilesystem": "every file of the file system",
  "ceph.rook.io/CephObjectStore": "every bucket of the store",
  "ceph.rook.io/CephObjectStoreUser": "the user's keys, and its buckets have no owner",
};

/** What the end of a resource, as such or to be made anew, does to data. */
export function loss(change: ResourceChange): Consequence {
  const { action, before } = change;
  if (before === undefined || (action !== "delete" && action !== "replace")) return UNNOTICED;
  const object = objectOf(before);
  const held = GENERATED.test(before.type)
    ? `a generated secret ${action === "delete" ? "goes" : "is made anew"}; what was signed or encrypted with the old one is no longer accepted`
    : (HOLDS[groupKindOf(before) ?? ""] ?? claimsOf(before));
  if (before.protect)
    return {
      ...(held === undefined ? UNNOTICED : ({ effect: "data at risk", because: held, reversible: false } as const)),
      refused: `the engine refuses: ${object} is protected. If it is really to go, copy what is in it, then: pulumi state unprotect '${before.urn}'`,
    };
  if (held === undefined || holdsNothing(before)) return UNNOTICED;
  if (before.retainOnDelete && action === "delete")
    return { effect: "none", because: `${kindOf(before)} leaves the stack and stays in the cluster with what it holds`, reversible: true };
  if (serviceOf(before) === "data")
    return { effect: "pods restart", because: "what the cache holds goes, and is fetched from its origin again", reversible: true };
  return { effect: "data at risk", because: held, reversible: false };
}

/** The claims that a chart makes by itself, which Helm deletes with its release; undefined if there are none. */
function claimsOf({ type, inputs, urn }: StateResource): string | undefined {
  const claims = objectsOfResource(type, plain(inputs), urn).filter(
    ({ origin, kind }) => origin !== undefined && kind === "PersistentVolumeClaim",
  );
  return claims.length === 0 ? undefined : `Helm deletes ${claims.map(({ name }) => name).join(", ")} with the release`;
}

/** True for a claim that only reads, such as that of CVMFS. */
function holdsNothing(resource: StateResource): boolean {
  const spec = resource.inputs["spec"] as { readonly accessModes?: unknown } | undefined;
  return Array.isArray(spec?.accessModes) && spec.accessModes.every((mode) => mode === "ReadOnlyMany");
}

/** What leaving the inventory does: a host of Ceph takes its disks along. */
export function hostLoss(change: ResourceChange): Consequence {
  const resource = subject(change);
  if (groupKindOf(resource) !== "/Node") return UNNOTICED;
  if (change.action === "delete") {
    const host = objectOf(resource).replace("Node ", "");
    // Most pods have an emptyDir, and servers of users have no controller; without the two options kubectl drains neither
    // (https://kubernetes.io/docs/reference/kubectl/generated/kubectl_drain/).
    const drain = `kubectl drain ${host} --ignore-daemonsets --delete-emptydir-data --force`;
    return {
      effect: "none",
      because: `the host keeps its labels and its pods until somebody drains it: ${drain}, which ends the servers of users there`,
      reversible: true,
    };
  }
  const taints = change.fields.filter(({ path }) => path.startsWith("spec.taints"));
  if (taints.some(({ after }) => JSON.stringify(after ?? "").includes("NoExecute")))
    return {
      effect: "user sessions cut",
      because: "pods on the host that do not tolerate its new taint are ended at once",
      reversible: true,
    };
  if (change.action === "update" && change.fields.some(({ path }) => path.startsWith("metadata.labels") || path.startsWith("spec.taints")))
    return {
      effect: "none",
      because: "pods that run on the host stay; only new ones are placed by the new labels and taints",
      reversible: true,
    };
  return UNNOTICED;
}
