import type { PropertyPath } from "../detailed-diff";
import type { Json } from "../properties";
import { at, groupOf, textAt } from "./objects";

/**
 * Fields whose change makes a new object, by API group and kind: the table of the official provider (`provider/pkg/provider/diff.go` of pulumi-kubernetes). Fields that are
 * immutable but not named here are refused by the API server, by the official provider's previews as well.
 */
const selector = ["spec.selector"];
const binding = ["roleRef"];
const volumeSources = (
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath iscsi local nfs " +
  "photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"
).split(" ");
const podFields = (
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostname imagePullSecrets nodeName " +
  "nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount " +
  "serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes"
).split(" ");
const containerFields = (
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin stdinOnce terminationMessagePath " +
  "terminationMessagePolicy tty volumeDevices volumeMounts workingDir"
).split(" ");

const replacing: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": selector,
  "apps/Deployment": selector,
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": binding,
  "rbac.authorization.k8s.io/RoleBinding": binding,
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolume": volumeSources.map((field) => `spec.${field}`),
  "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/Pod": [
    ...podFields.map((field) => `spec.${field}`),
    ...["containers", "initContainers"].flatMap((list) => containerFields.map((field) => `spec.${list}.*.${field}`)),
  ],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

export interface Mutability {
  readonly secretMutable: boolean;
  readonly configMapMutable: boolean;
}

/** Whether a change at a path of this object's inputs means a new object. Patch resources stay what they patch, so only another object is a replacement. */
export function replacesAt(object: Json, isPatch: boolean, mutability: Mutability): (path: PropertyPath) => boolean {
  const kind = `${groupOf(textAt(object, "apiVersion"))}/${textAt(object, "kind")}`;
  const immutable = at(object, "immutable") === true;
  const rules = ["metadata.name", "metadata.namespace", "kind"];
  if (!isPatch) {
    rules.push(...(replacing[kind] ?? []));
    if (kind === "/Secret" && (immutable || !mutability.secretMutable)) rules.push("data", "stringData");
    if (kind === "/ConfigMap" && (immutable || !mutability.configMapMutable)) rules.push("data", "binaryData");
  }
  const parsed = rules.map((rule) => rule.split("."));
  return (path) => parsed.some((rule) => matches(rule, path));
}

/** The change is at the field or inside it, or takes along everything that the field is in. */
function matches(rule: readonly string[], path: PropertyPath): boolean {
  return rule.slice(0, path.length).every((part, index) => part === "*" || part === String(path[index]));
}
