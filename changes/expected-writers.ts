import type { OwnedField } from "./field-owners";

/** Fields of our objects that a controller or an operator's command fills in, with who does and where that is written. */
interface Writer {
  /** Group and kind, such as `apps/Deployment`. */
  readonly kinds: RegExp;
  readonly path: RegExp;
  readonly who: string;
}

const WRITERS: readonly Writer[] = [
  // Finalizers are how any controller holds an object until it has cleaned up: https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
  { kinds: /./, path: /^metadata\.finalizers\b/, who: "a controller that cleans up" },
  // https://kubernetes.io/docs/reference/labels-annotations-taints/
  { kinds: /^apps\/Deployment$/, path: /^metadata\.annotations\["deployment\.kubernetes\.io\/revision"\]$/, who: "controller manager" },
  {
    kinds: /^apps\/DaemonSet$/,
    path: /^metadata\.annotations\["deprecated\.daemonset\.template\.generation"\]$/,
    who: "controller manager",
  },
  {
    kinds: /^\/PersistentVolume(Claim)?$/,
    path: /^metadata\.annotations\["(pv|volume|volume\.beta)\.kubernetes\.io\//,
    who: "volume controller",
  },
  { kinds: /^\/PersistentVolumeClaim$/, path: /^spec\.volumeName$/, who: "volume controller" },
  { kinds: /^\/PersistentVolume$/, path: /^spec\.claimRef\b/, who: "volume controller" },
  // `kubectl rollout restart` changes nothing but this: https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_restart/
  {
    kinds: /^apps\//,
    path: /^spec\.template\.metadata\.annotations\["kubectl\.kubernetes\.io\/restartedAt"\]$/,
    who: "kubectl rollout restart",
  },
  // https://github.com/metallb/metallb/blob/v0.16.1/controller/service.go
  { kinds: /^\/Service$/, path: /^metadata\.annotations\["metallb\.(io|universe\.tf)\//, who: "MetalLB" },
  // https://github.com/openshift/cluster-policy-controller, https://docs.redhat.com/en/documentation/openshift_container_platform/4.20/html/authentication_and_authorization/managing-pod-security-policies
  { kinds: /^\/Namespace$/, path: /^metadata\.annotations\["openshift\.io\//, who: "OpenShift" },
  { kinds: /^\/Namespace$/, path: /^metadata\.labels\["(security\.openshift|olm\.operatorgroup)\./, who: "OpenShift" },
  // A person asks Flux to look again: https://fluxcd.io/flux/components/helm/helmreleases/#triggering-a-reconcile
  { kinds: /\.fluxcd\.io\//, path: /^metadata\.annotations\["reconcile\.fluxcd\.io\//, who: "flux reconcile" },
  // https://github.com/kube-object-storage/lib-bucket-provisioner/blob/master/pkg/provisioner/resourcehandlers.go
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
export function expectedWriter(kind: string, { path }: Pick<OwnedField, "path">): string | undefined {
  return WRITERS.find((each) => each.kinds.test(kind) && each.path.test(path))?.who;
}
