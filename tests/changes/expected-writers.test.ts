import assert from "node:assert/strict";
import { expectedWriter } from "#af/changes/expected-writers";
import { fieldsOfOthers } from "#af/changes/field-owners";

/** A field of a made-up object with who has set it. */
interface Written {
  readonly kind: string;
  readonly live: unknown;
}

/** An object with one field, by its path in the API server's record. */
function written(kind: string, manager: string, at: readonly string[], value: unknown): Written {
  const nested = (key: (name: string) => string, inner: unknown) =>
    at.reduceRight<unknown>((below, name) => ({ [key(name)]: below }), inner);
  const object = nested((name) => name, value) as { readonly metadata?: object };
  const managedFields = [{ manager, time: "2027-01-01T00:00:00Z", fieldsV1: nested((name) => `f:${name}`, {}) }];
  return { kind, live: { ...object, metadata: { ...object.metadata, managedFields } } };
}

const annotation = (name: string) => ["metadata", "annotations", name];
const label = (name: string) => ["metadata", "labels", name];
const registry = "openshift.io/image-registry-pull-secrets_service-account-controller";
const psa = "pod-security-admission-label-synchronization-controller";

/** Who is expected to have written the field; undefined for a hand. */
function writerOf({ kind, live }: Written): string | undefined {
  const [field, ...others] = fieldsOfOthers(live, {}, "analysis-facility-x");
  assert.ok(field && others.length === 0);
  return expectedWriter(kind, field);
}

const EXPECTED: readonly Written[] = [
  written("apps/Deployment", "kube-controller-manager", annotation("deployment.kubernetes.io/revision"), "2"),
  written("apps/DaemonSet", "kube-controller-manager", annotation("deprecated.daemonset.template.generation"), "2"),
  written("apps/StatefulSet", "kubectl-rollout", ["spec", "template", ...annotation("kubectl.kubernetes.io/restartedAt")], "now"),
  ...["pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller", "volume.kubernetes.io/storage-provisioner"].map((name) =>
    written("/PersistentVolumeClaim", "kube-controller-manager", annotation(name), "yes"),
  ),
  written("/PersistentVolumeClaim", "kube-controller-manager", annotation("volume.beta.kubernetes.io/storage-provisioner"), "a"),
  written("/PersistentVolumeClaim", "kube-controller-manager", annotation("volume.kubernetes.io/storage-resizer"), "a"),
  written("/PersistentVolumeClaim", "kube-scheduler", annotation("volume.kubernetes.io/selected-node"), "node01"),
  written("/PersistentVolumeClaim", "kube-controller-manager", ["spec", "volumeName"], "pvc-1"),
  written("/PersistentVolume", "kube-controller-manager", ["spec", "claimRef", "name"], "homes"),
  written("/PersistentVolume", "kube-controller-manager", annotation("pv.kubernetes.io/bound-by-controller"), "yes"),
  written("/Service", "controller", annotation("metallb.io/ip-allocated-from-pool"), "public"),
  written("/Namespace", "cluster-policy-controller", annotation("openshift.io/sa.scc.uid-range"), "1/1"),
  written("/Namespace", psa, annotation("security.openshift.io/MinimallySufficientPodSecurityStandard"), "baseline"),
  written("/Namespace", psa, label("pod-security.kubernetes.io/warn-version"), "latest"),
  written("/Namespace", "olm", label("olm.operatorgroup.uid/25aacbd9"), ""),
  written("/ServiceAccount", registry, annotation("openshift.io/internal-registry-pull-secret-ref"), "thing-dockercfg"),
  written("/ServiceAccount", registry, ["imagePullSecrets"], [{ name: "thing-dockercfg" }]),
  written("helm.toolkit.fluxcd.io/HelmRelease", "flux", annotation("reconcile.fluxcd.io/requestedAt"), "now"),
  written("objectbucket.io/ObjectBucketClaim", "rook", ["spec", "objectBucketName"], "obc-place-thing"),
  written("objectbucket.io/ObjectBucketClaim", "rook", label("bucket-provisioner"), "rook-ceph.ceph.rook.io-bucket"),
];

/** What looks like the above, and decides something that no controller decides. */
const BY_HAND: readonly Written[] = [
  written("/Service", "kubectl-annotate", annotation("metallb.io/loadBalancerIPs"), "192.0.2.1"),
  written("/Service", "kubectl-annotate", annotation("metallb.io/allow-shared-ip"), "a"),
  written("/PersistentVolume", "kubectl-annotate", annotation("volume.beta.kubernetes.io/mount-options"), "ro"),
  written("/PersistentVolumeClaim", "kubectl-annotate", annotation("volume.beta.kubernetes.io/storage-class"), "a"),
  written("/Namespace", "kubectl-annotate", annotation("openshift.io/node-selector"), "pool=a"),
  written("/Namespace", "kubectl-label", label("security.openshift.io/scc.podSecurityLabelSync"), "true"),
  written("/Namespace", "kubectl-label", label("pod-security.kubernetes.io/enforce-version"), "v1.20"),
  written("/ServiceAccount", "kubectl-patch", ["imagePullSecrets"], [{ name: "mine" }]),
  written("ceph.rook.io/CephCluster", "kubectl-label", label("ceph.rook.io/do_not_reconcile"), "true"),
];

describe("Who is expected to write a field that no site declares", () => {
  it("is the program whose source says so", () => {
    for (const one of EXPECTED) assert.notEqual(writerOf(one), undefined, JSON.stringify(one));
    const finalizers = {
      metadata: {
        finalizers: ["a/b"],
        managedFields: [{ manager: "a", fieldsV1: { "f:metadata": { "f:finalizers": { 'v:"a/b"': {} } } } }],
      },
    };
    assert.equal(writerOf({ kind: "/Service", live: finalizers }), "a controller that cleans up");
  });

  it("is nobody where a person decides something, however much the field looks like a controller's", () => {
    for (const one of BY_HAND) assert.equal(writerOf(one), undefined, JSON.stringify(one));
  });

  it("is nobody where the field of one kind stands at another kind", () => {
    for (const { live } of EXPECTED) assert.equal(writerOf({ kind: "/ConfigMap", live }), undefined, JSON.stringify(live));
  });
});
