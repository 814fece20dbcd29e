import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import { claims, releasedVolumes } from "#af/sandbox/controller/volumes";
import { deployment, object } from "./builders";

const provisioner = "rook-ceph.rbd.csi.ceph.com";
const driver = deployment(`${provisioner}-ctrlplugin`, "rook-ceph", 1);
const storageClass = object("storage.k8s.io/v1", "StorageClass", "rook-ceph-block", {
  provisioner,
  reclaimPolicy: "Retain",
  parameters: { clusterID: "rook-ceph", pool: "replicated", "csi.storage.k8s.io/provisioner-secret-name": "s" },
});
const pool = object("ceph.rook.io/v1", "CephBlockPool", "replicated", { metadata: { namespace: "rook-ceph" }, status: { phase: "Ready" } });
const claim = (accessModes: readonly string[] = ["ReadWriteOnce"], annotated = provisioner): ClusterObject =>
  object("v1", "PersistentVolumeClaim", "hub-db-dir", {
    metadata: { annotations: { "volume.kubernetes.io/storage-provisioner": annotated } },
    spec: { accessModes, storageClassName: "rook-ceph-block", resources: { requests: { storage: "1Gi" } } },
    status: { phase: "Pending" },
  });

function secretOf(name: string): object {
  return {
    "csi.storage.k8s.io/provisioner-secret-name": name,
    "csi.storage.k8s.io/provisioner-secret-namespace": "rook-ceph",
  };
}

function outcome(subject: ClusterObject, ...others: readonly ClusterObject[]): string {
  const world = worldOf([subject, ...others]);
  return JSON.stringify(claims.subjects(world).flatMap((each) => claims.actions(world, each)));
}

describe("a claim in the sandbox", () => {
  it("gets a volume of the driver that its class names, with the class's reclaim policy", () => {
    const made = JSON.parse(outcome(claim(), driver, storageClass, pool)) as { object: ClusterObject }[];
    assert.equal(made.length, 1);
    const spec = made[0]?.object["spec"] as Record<string, unknown>;
    assert.equal(spec["persistentVolumeReclaimPolicy"], "Retain");
    assert.deepEqual(spec["capacity"], { storage: "1Gi" });
    assert.deepEqual((spec["csi"] as { volumeAttributes: object }).volumeAttributes, { clusterID: "rook-ceph", pool: "replicated" });
  });

  it("waits while no driver runs", () => {
    assert.equal(outcome(claim(), storageClass, pool), "[]");
    assert.equal(outcome(claim(), deployment(`${provisioner}-ctrlplugin`, "rook-ceph", 0), storageClass, pool), "[]");
  });

  it("is left to others when its provisioner is not ceph-csi", () => {
    assert.equal(outcome(claim(["ReadWriteOnce"], "kubernetes.io/no-provisioner"), driver, storageClass, pool), "[]");
  });

  it("is told when its pool is not ready", () => {
    assert.match(
      outcome(claim(), driver, storageClass),
      /CephBlockPool rook-ceph\/replicated, which StorageClass rook-ceph-block names, is not ready/,
    );
  });

  it("in somebody else's Ceph gets one once that is connected and the class's user has a key", () => {
    const external = (phase: string) =>
      object("ceph.rook.io/v1", "CephCluster", "external", {
        metadata: { namespace: "rook-ceph" },
        spec: { external: { enable: true } },
        status: { phase },
      });
    const ofUser = { ...storageClass, parameters: { clusterID: "rook-ceph", pool: "theirs", ...secretOf("rook-csi-rbd-provisioner") } };
    const user = (data: object) => object("v1", "Secret", "rook-csi-rbd-provisioner", { metadata: { namespace: "rook-ceph" }, data });
    const whole = user({ userID: "YQ==", userKey: "YQ==" });
    assert.match(
      outcome(claim(), driver, ofUser, external("Progressing"), whole),
      /ProvisioningFailed.*CephCluster external is not connected/,
    );
    assert.match(
      outcome(claim(), driver, ofUser, external("Connected")),
      /Secret rook-ceph\/rook-csi-rbd-provisioner has no userID and userKey/,
    );
    assert.match(outcome(claim(), driver, ofUser, external("Connected"), user({ userID: "YQ==" })), /has no userKey/);
    assert.match(outcome(claim(), driver, ofUser, external("Connected"), whole), /"kind":"PersistentVolume"/);
  });

  it("is told that a block device cannot be shared between nodes", () => {
    assert.match(outcome(claim(["ReadWriteMany"]), driver, storageClass, pool), /ProvisioningFailed.*cannot be ReadWriteMany/);
  });
});

describe("a volume whose claim is gone", () => {
  const volume = (policy: string): ClusterObject =>
    object("v1", "PersistentVolume", "pvc-1", {
      spec: { persistentVolumeReclaimPolicy: policy, csi: { driver: provisioner } },
      status: { phase: "Released" },
    });

  it("is deleted where its class says Delete, and kept where it says Retain", () => {
    const doomed = worldOf([volume("Delete"), driver]);
    assert.deepEqual(
      releasedVolumes
        .subjects(doomed)
        .flatMap((each) => releasedVolumes.actions(doomed, each))
        .map((change) => change.kind),
      ["delete"],
    );
    assert.deepEqual(releasedVolumes.subjects(worldOf([volume("Retain"), driver])), []);
  });
});
