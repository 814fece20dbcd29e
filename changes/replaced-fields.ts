/**
 * Fields whose change makes the provider delete the object and make it anew, by group and kind
 * (https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/diff.go). Secrets and ConfigMaps are not among them,
 * because the program's provider changes them in place.
 */
const REPLACED: Readonly<Record<string, readonly RegExp[]>> = {
  "apps/Deployment": [/^spec\.selector\b/],
  "apps/StatefulSet": [/^spec\.(podManagementPolicy|revisionHistoryLimit|selector|serviceName|volumeClaimTemplates)\b/],
  "batch/Job": [/^spec\.(completions|parallelism|selector|template)\b/],
  "rbac.authorization.k8s.io/ClusterRoleBinding": [/^roleRef\b/],
  "rbac.authorization.k8s.io/RoleBinding": [/^roleRef\b/],
  "storage.k8s.io/StorageClass": [/^(parameters|provisioner)\b/],
  "/PersistentVolume": [/^spec\.(cephfs|csi|hostPath|local|nfs|rbd)\b/],
  "/PersistentVolumeClaim": [/^spec\b/],
  "/ResourceQuota": [/^spec\.scopes\b/],
  "/Secret": [/^type$/],
  "/Service": [/^spec\.clusterIP$/],
};

/** Fields that name the object. Another name is another object, of any kind. */
const NAMES = [/^metadata\.(name|namespace)$/];

/** True if the provider replaces an object of this group and kind when the field at this path changes. */
export function isReplacing(groupKind: string, path: string): boolean {
  return [...NAMES, ...(REPLACED[groupKind] ?? [])].some((pattern) => pattern.test(path));
}

/** A field that cannot change once the object is there, and who refuses. */
export interface FixedField {
  readonly kind: string;
  readonly path: RegExp;
  /** Who refuses, and the way out. */
  readonly refused: string;
}

const API_SERVER = "the API server refuses";

/**
 * Fields of living objects that cannot change and that the provider does not replace.
 * PriorityClass: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/priority-class-v1/;
 * StatefulSet: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/;
 * StorageClass: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/storage-class-v1/;
 * Rook: https://rook.io/docs/rook/v1.20/CRDs/Cluster/ceph-cluster-crd/ and https://rook.io/docs/rook/v1.20/CRDs/Block-Storage/ceph-block-pool-crd/;
 * Flux: https://fluxcd.io/flux/components/helm/helmreleases/.
 */
export const FIXED: readonly FixedField[] = [
  {
    kind: "scheduling.k8s.io/PriorityClass",
    path: /^(value|preemptionPolicy)$/,
    refused: `${API_SERVER}: a priority is fixed; give the class another name`,
  },
  {
    kind: "storage.k8s.io/StorageClass",
    path: /^(reclaimPolicy|volumeBindingMode|mountOptions)\b/,
    refused: `${API_SERVER}: a class is fixed; give it another name`,
  },
  {
    kind: "apps/StatefulSet",
    path: /^spec\.(?!replicas|ordinals|template|updateStrategy|persistentVolumeClaimRetentionPolicy|minReadySeconds|podManagementPolicy|revisionHistoryLimit|selector|serviceName|volumeClaimTemplates)/,
    refused: `${API_SERVER}: this field of a StatefulSet is fixed`,
  },
  {
    kind: "ceph.rook.io/CephCluster",
    path: /^spec\.dataDirHostPath$/,
    refused: "Rook refuses: the daemons keep their state there; it stays for the life of the cluster",
  },
  {
    kind: "ceph.rook.io/CephCluster",
    path: /^spec\.network\.(provider|hostNetwork|selectors)\b/,
    refused: "Rook refuses: the mons keep their addresses; the network stays for the life of the cluster",
  },
  {
    kind: "ceph.rook.io/CephCluster",
    path: /^spec\.external\b/,
    refused: "Rook refuses: a cluster of its own does not become somebody else's",
  },
  {
    kind: "ceph.rook.io/CephBlockPool",
    path: /^spec\.erasureCoded\b/,
    refused: "Ceph refuses: a pool keeps its kind of copies; make another pool and move the volumes",
  },
  {
    kind: "ceph.rook.io/CephObjectStore",
    path: /^spec\.(dataPool|metadataPool)\.erasureCoded\b/,
    refused: "Ceph refuses: a pool keeps its kind of copies; make another store and copy the objects",
  },
];

/** True for a field that no object of this group and kind changes as long as it is there, whoever refuses it. */
export function isFixed(groupKind: string, path: string): boolean {
  return isReplacing(groupKind, path) || FIXED.some((each) => each.kind === groupKind && each.path.test(path));
}
