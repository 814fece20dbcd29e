import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { customResources } from "#af/sandbox/controller/custom-resources";
import type { Action } from "#af/sandbox/controller/reconciler";
import { object, rook } from "./builders";
import { after, applied, held, heldText, wanted } from "./situations";

const FINALIZER = "objectbucket.io/finalizer";
const bucketClass = object("storage.k8s.io/v1", "StorageClass", "bucket", {
  metadata: { namespace: undefined },
  provisioner: "rook-ceph.ceph.rook.io/bucket",
  reclaimPolicy: "Retain",
  parameters: { objectStoreName: "s3", objectStoreNamespace: "rook-ceph" },
});
const store = object("ceph.rook.io/v1", "CephObjectStore", "s3", {
  metadata: { namespace: "rook-ceph" },
  spec: { gateway: { port: 80 } },
  status: { phase: "Ready" },
});
const claim = (spec: object = { generateBucketName: "results" }, metadata: object = {}): ClusterObject =>
  object("objectbucket.io/v1alpha1", "ObjectBucketClaim", "results", { metadata, spec: { storageClassName: "bucket", ...spec } });
const changes = (subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] =>
  wanted(customResources, subject, ...others, ...rook);

describe("a bucket claim in the sandbox", () => {
  it("is bound once its store is ready, with keys and address where readers look for them", () => {
    const subject = claim();
    assert.deepEqual(after(subject, changes(subject, bucketClass))["status"], { phase: "Pending" });
    assert.deepEqual(after(claim({}), changes(claim({}), bucketClass, store))["status"], { phase: "Pending" });
    const bound = changes(subject, bucketClass, store);
    assert.deepEqual(after(subject, bound)["status"], { phase: "Bound" });
    const [secret, configMap, bucket] = applied(bound);
    assert.deepEqual([secret?.kind, configMap?.kind, bucket?.kind], ["Secret", "ConfigMap", "ObjectBucket"]);
    for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) assert.notEqual(heldText(secret, key), "");
    const name = `results-${subject.metadata.uid ?? ""}`;
    assert.deepEqual(configMap?.["data"], {
      BUCKET_NAME: name,
      BUCKET_HOST: "rook-ceph-rgw-s3.rook-ceph.svc",
      BUCKET_PORT: "80",
      BUCKET_REGION: "",
      BUCKET_SUBREGION: "",
    });
    for (const made of [secret, configMap, bucket]) assert.deepEqual(made?.metadata.finalizers, [FINALIZER]);
    assert.equal(bucket?.metadata.name, "obc-default-results");
    assert.equal((bucket?.["spec"] as { reclaimPolicy: string }).reclaimPolicy, "Retain");
    assert.deepEqual(
      bound.flatMap((change) => (change.kind === "spec" ? [change.spec] : [])),
      [{ objectBucketName: "obc-default-results", bucketName: name }],
    );
  });

  it("takes what was made for it along, which its finalizers would otherwise hold", () => {
    const going = claim({}, held(FINALIZER));
    const left = ["Secret", "ConfigMap"].map((kind) => object("v1", kind, "results", { metadata: { finalizers: [FINALIZER] } }));
    const bucket = object("objectbucket.io/v1alpha1", "ObjectBucket", "obc-default-results", { metadata: { finalizers: [FINALIZER] } });
    const done = changes(going, ...left, bucket).map((change) => {
      if (change.kind === "delete") return `delete ${change.key.kind}`;
      return change.kind === "finalizers" ? `free ${change.key.kind}` : change.kind;
    });
    assert.deepEqual(done, ["delete ObjectBucket", "free ObjectBucket", "free Secret", "free ConfigMap", "free ObjectBucketClaim"]);
  });
});
