import type { OwnedField } from "./field-owners";

/** Fields of our objects that a controller or an operator's command fills in, with who does. */
interface Writer {
  /** Group and kind, such as `apps/Deployment`. */
  readonly kinds: RegExp;
  readonly path: RegExp;
  /** Field manager, where a hand may mean something by the same field. */
  readonly manager?: RegExp;
  /** All that it writes there, where a hand may mean something by another value. */
  readonly value?: string;
  readonly who: string;
}

/**
 * Each line was read in the source of the program that writes the field, at the version in its address. A whole prefix of keys is listed only where every key
 * below it is the program's: people set others, such as `metallb.io/loadBalancerIPs`, which moves an address. Read without a further line, because they write
 * finalizers and the status alone: Rook v1.20.6, helm-controller v1.6.3, and cert-manager v1.21.1 in what is declared here.
 */
const WRITERS: readonly Writer[] = [
  // Finalizers are how any controller holds an object until it has cleaned up: https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
  { kinds: /./, path: /^metadata\.finalizers\b/, who: "a controller that cleans up" },
  // https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/deployment/util/deployment_util.go
  { kinds: /^apps\/Deployment$/, path: /^metadata\.annotations\["deployment\.kubernetes\.io\/revision"\]$/, who: "controller manager" },
  // https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/apps/v1/conversion.go
  { kinds: /^apps\/DaemonSet$/, path: /^metadata\.annotations\["deprecated\.daemonset\.template\.generation"\]$/, who: "API server" },
  // https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go
  {
    kinds: /^\/PersistentVolume(Claim)?$/,
    path: /^metadata\.annotations\["pv\.kubernetes\.io\/(bind-completed|bound-by-controller|migrated-to|provisioned-by)"\]$/,
    who: "volume controller",
  },
  // https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/volume/persistentvolume/pv_controller_base.go; the last: pkg/volume/util/resize_util.go
  {
    kinds: /^\/PersistentVolumeClaim$/,
    path: /^metadata\.annotations\["(volume(\.beta)?\.kubernetes\.io\/storage-provisioner|volume\.kubernetes\.io\/storage-resizer)"\]$/,
    who: "volume controller",
  },
  // https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/volumebinding/binder.go
  { kinds: /^\/PersistentVolumeClaim$/, path: /^metadata\.annotations\["volume\.kubernetes\.io\/selected-node"\]$/, who: "scheduler" },
  // https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/volume/persistentvolume/pv_controller.go
  { kinds: /^\/PersistentVolumeClaim$/, path: /^spec\.volumeName$/, who: "volume controller" },
  { kinds: /^\/PersistentVolume$/, path: /^spec\.claimRef\b/, who: "volume controller" },
  // `kubectl rollout restart` changes nothing but this: https://github.com/kubernetes/kubectl/blob/v0.37.2/pkg/polymorphichelpers/objectrestarter.go
  {
    kinds: /^apps\//,
    path: /^spec\.template\.metadata\.annotations\["kubectl\.kubernetes\.io\/restartedAt"\]$/,
    who: "kubectl rollout restart",
  },
  // https://github.com/metallb/metallb/blob/v0.16.1/controller/service.go
  { kinds: /^\/Service$/, path: /^metadata\.annotations\["metallb\.io\/ip-allocated-from-pool"\]$/, who: "MetalLB" },
  // https://github.com/openshift/cluster-policy-controller/blob/050c1ee6a/pkg/security/controller/namespace_scc_allocation_controller.go
  {
    kinds: /^\/Namespace$/,
    path: /^metadata\.annotations\["openshift\.io\/sa\.scc\.(mcs|supplemental-groups|uid-range)"\]$/,
    who: "OpenShift",
  },
  // https://github.com/openshift/cluster-policy-controller/blob/050c1ee6a/pkg/psalabelsyncer/podsecurity_label_sync_controller.go: it pins what nobody has pinned
  {
    kinds: /^\/Namespace$/,
    path: /^metadata\.annotations\["security\.openshift\.io\/MinimallySufficientPodSecurityStandard"\]$/,
    who: "OpenShift",
  },
  {
    kinds: /^\/Namespace$/,
    path: /^metadata\.labels\["pod-security\.kubernetes\.io\/(audit|enforce|warn)-version"\]$/,
    value: "latest",
    who: "OpenShift",
  },
  // https://github.com/openshift/openshift-controller-manager/blob/26d20feae/pkg/internalregistry/controllers/service_account_controller.go
  {
    kinds: /^\/ServiceAccount$/,
    path: /^((imagePullSecrets|secrets)\b|metadata\.annotations\["openshift\.io\/internal-registry-pull-secret-ref"\]$)/,
    manager: /^openshift\.io\/image-registry-pull-secrets_service-account-controller$/,
    who: "OpenShift",
  },
  // https://github.com/operator-framework/api/blob/master/pkg/operators/v1/operatorgroup_types.go (no release is known of the copy that was read)
  { kinds: /^\/Namespace$/, path: /^metadata\.labels\["olm\.operatorgroup\.uid\//, who: "OpenShift" },
  // A person asks Flux to look again: https://github.com/fluxcd/pkg/blob/e2cfd1a2/apis/meta/annotations.go, https://github.com/fluxcd/helm-controller/blob/v1.6.3/api/v2/annotations.go
  { kinds: /\.fluxcd\.io\//, path: /^metadata\.annotations\["reconcile\.fluxcd\.io\/(force|requested|reset)At"\]$/, who: "flux reconcile" },
  // https://github.com/kube-object-storage/lib-bucket-provisioner/blob/d1a8c34382f1/pkg/provisioner/controller.go, which Rook v1.20.6 is built with
  {
    kinds: /^objectbucket\.io\/ObjectBucketClaim$/,
    path: /^(spec\.(objectBucketName|bucketName)|metadata\.labels\.bucket-provisioner)$/,
    who: "Rook",
  },
];

/**
 * Who is expected to write a field that no site declares; undefined where that is nobody, so that it was a hand.
 * @param kind group and kind of the object, such as `apps/Deployment`.
 */
export function expectedWriter(kind: string, { path, manager, live }: Pick<OwnedField, "path" | "manager" | "live">): string | undefined {
  return WRITERS.find(
    (each) =>
      each.kinds.test(kind) &&
      each.path.test(path) &&
      (each.manager === undefined || each.manager.test(manager)) &&
      (each.value === undefined || each.value === live),
  )?.who;
}
