import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import { claims, releasedVolumes, roundedUp } from "#af/sandbox/controller/volumes";
import type { Action } from "#af/sandbox/controller/reconciler";
import { deployment, object } from "./builders";
import { applied, eventsIn, healthyCluster } from "./situations";

const provisioner = "rook-ceph.rbd.csi.ceph.com";
const driver = deployment(`${provisioner}-ctrlplugin`, "rook-ceph", 1);
const secretNames = (step: string): object => ({
  [`csi.storage.k8s.io/${step}-secret-name`]: "rook-csi-rbd-provisioner",
  [`csi.storage.k8s.io/${step}-secret-namespace`]: "rook-ceph",
});
const parameters = { clusterID: "rook-ceph", pool: "replicated", "csi.storage.k8s.io/fstype": "ext4", ...secretNames("provisioner") };
const classOf = (rest: object = {}, more: object = {}): ClusterObject =>
  object("storage.k8s.io/v1", "StorageClass", "rook-ceph-block", {
    metadata: { namespace: undefined },
    provisioner,
    reclaimPolicy: "Retain",
    parameters: { ...parameters, ...more },
    ...rest,
  });
const pool = object("ceph.rook.io/v1", "CephBlockPool", "replicated", { metadata: { namespace: "rook-ceph" }, status: { phase: "Ready" } });
const user = (data: object = { userID: "YQ==", userKey: "YQ==" }): ClusterObject =>
  object("v1", "Secret", "rook-csi-rbd-provisioner", { metadata: { namespace: "rook-ceph" }, data });
const backend = [driver, pool, user(), healthyCluster];
const claim = (spec: object = {}, annotated = provisioner): ClusterObject =>
  object("v1", "PersistentVolumeClaim", "hub-db-dir", {
    metadata: { annotations: { "volume.kubernetes.io/storage-provisioner": annotated } },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "rook-ceph-block", resources: { requests: { storage: "1Gi" } }, ...spec },
    status: { phase: "Pending" },
  });

function outcome(subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] {
  const world = worldOf([subject, ...others]);
  return claims.subjects(world).flatMap((each) => claims.actions(world, each));
}

describe("a claim in the sandbox", () => {
  it("gets the volume that the provisioner and ceph-csi would make", () => {
    const subject = claim();
    const storageClass = classOf({ mountOptions: ["discard"] }, { ...secretNames("node-stage"), imageFeatures: "layering" });
    const made = outcome(subject, storageClass, ...backend);
    const [volume] = applied(made);
    const reference = { name: "rook-csi-rbd-provisioner", namespace: "rook-ceph" };
    const uid = subject.metadata.uid ?? "";
    assert.deepEqual(volume?.metadata, {
      name: `pvc-${uid}`,
      annotations: {
        "pv.kubernetes.io/provisioned-by": provisioner,
        "volume.kubernetes.io/provisioner-deletion-secret-name": reference.name,
        "volume.kubernetes.io/provisioner-deletion-secret-namespace": reference.namespace,
      },
    });
    assert.deepEqual(volume["spec"], {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: "1Gi" },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name: "hub-db-dir", namespace: "default", uid },
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "rook-ceph-block",
      volumeMode: "Filesystem",
      mountOptions: ["discard"],
      csi: {
        driver: provisioner,
        volumeHandle: `stand-in-${uid}`,
        fsType: "ext4",
        nodeStageSecretRef: reference,
        volumeAttributes: {
          "storage.kubernetes.io/csiProvisionerIdentity": `sandbox-${provisioner}`,
          imageName: `csi-vol-${uid}`,
          journalPool: "replicated",
          clusterID: "rook-ceph",
          pool: "replicated",
          imageFeatures: "layering",
        },
      },
    });
    assert.deepEqual(eventsIn(made), [
      'Provisioning: External provisioner is provisioning volume for claim "default/hub-db-dir"',
      `ProvisioningSucceeded: Successfully provisioned volume pvc-${uid}`,
    ]);
    assert.deepEqual(outcome(subject, storageClass, ...backend, volume), []);
  });

  it("gets what it asks for or more, as ceph-csi rounds it", () => {
    const table: readonly [size: string, block: boolean, expected: string][] = [
      ["1Gi", true, "1Gi"],
      ["1500Mi", true, "2Gi"],
      ["100M", true, "96Mi"],
      ["1M", true, "1Mi"],
      ["1M", false, "4Mi"],
      ["10Mi", false, "12Mi"],
      ["1025Mi", false, "2Gi"],
      ["1023Mi", false, "1Gi"],
    ];
    for (const [size, block, expected] of table) assert.equal(roundedUp(size, block), expected, `${size} ${block}`);
  });

  it("waits while no driver runs, and is left to others when its provisioner is not ceph-csi", () => {
    assert.deepEqual(outcome(claim(), classOf(), pool, user(), healthyCluster), []);
    assert.deepEqual(outcome(claim(), classOf(), ...backend, deployment(`${provisioner}-ctrlplugin`, "rook-ceph", 0)).length, 3);
    assert.deepEqual(outcome(claim({}, "kubernetes.io/no-provisioner"), classOf(), ...backend), []);
  });

  it("is refused with the driver's reason", () => {
    const external = { ...healthyCluster, spec: { external: { enable: true } }, status: { phase: "Connecting" } };
    const refusals: readonly [subject: ClusterObject, others: readonly ClusterObject[], expected: RegExp][] = [
      [
        claim(),
        [classOf(), driver, pool, healthyCluster],
        /^ProvisioningFailed: error getting secret rook-csi-rbd-provisioner in namespace rook-ceph/,
      ],
      [claim(), [classOf(), driver, pool, healthyCluster, user({ userKey: "YQ==" })], /missing ID field 'userID' in secrets/],
      [claim(), [classOf(), driver, pool, healthyCluster, user({ userID: "YQ==" })], /missing key field 'userKey' in secrets/],
      [claim(), [classOf({}, { clusterID: "" }), ...backend], /empty cluster ID/],
      [claim(), [classOf({}, { clusterID: "elsewhere" }), ...backend], /missing configuration for cluster ID "elsewhere"/],
      [claim(), [classOf({}, { pool: "" }), ...backend], /missing or empty pool name/],
      [
        claim(),
        [classOf({}, { pool: "other" }), ...backend],
        /CephBlockPool rook-ceph\/other, which StorageClass rook-ceph-block names, is not ready/,
      ],
      [
        claim({ accessModes: ["ReadWriteMany"] }),
        [classOf(), ...backend],
        /multi node access modes are only supported on rbd `block` type volumes/,
      ],
      [claim(), [classOf(), driver, user(), external], /CephCluster ceph is not connected/],
    ];
    for (const [subject, others, expected] of refusals) {
      const refused = outcome(subject, ...others);
      assert.deepEqual(applied(refused), []);
      assert.match(eventsIn(refused).join(), expected);
    }
    const shared = claim({ accessModes: ["ReadWriteMany"], volumeMode: "Block" });
    assert.equal(applied(outcome(shared, classOf(), ...backend)).length, 1);
    // The sandbox does not know the pools of somebody else's Ceph.
    assert.equal(applied(outcome(claim(), classOf(), driver, user(), { ...external, status: { phase: "Connected" } })).length, 1);
  });
});

describe("a volume whose claim is gone", () => {
  const FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";
  const volume = (policy: string, metadata: object = {}): ClusterObject =>
    object("v1", "PersistentVolume", "pvc-1", {
      metadata,
      spec: { persistentVolumeReclaimPolicy: policy, csi: { driver: provisioner } },
      status: { phase: "Released" },
    });
  const doneWith = (subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] => {
    const world = worldOf([subject, driver, ...others]);
    return releasedVolumes.subjects(world).flatMap((each) => releasedVolumes.actions(world, each));
  };

  it("is deleted where its class says Delete, and kept where it says Retain", () => {
    const [made] = applied(outcome(claim(), classOf({ reclaimPolicy: "Delete" }), ...backend));
    assert.deepEqual(made?.metadata.finalizers, [FINALIZER]);
    assert.deepEqual(
      doneWith(volume("Delete")).map(({ kind }) => kind),
      ["delete"],
    );
    assert.deepEqual(doneWith(volume("Retain")), []);
    const going = volume("Delete", { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: [FINALIZER] });
    assert.deepEqual(
      doneWith(going).map((change) => change.kind === "finalizers" && change.finalizers),
      [[]],
    );
  });

  it("stays when the Secret of its class is gone, and says so", () => {
    const annotations = {
      "volume.kubernetes.io/provisioner-deletion-secret-name": "rook-csi-rbd-provisioner",
      "volume.kubernetes.io/provisioner-deletion-secret-namespace": "rook-ceph",
    };
    assert.match(
      eventsIn(doneWith(volume("Delete", { annotations }))).join(),
      /^VolumeFailedDelete: .*Secret rook-ceph\/rook-csi-rbd-provisioner/,
    );
    assert.equal(doneWith(volume("Delete", { annotations }), user())[0]?.kind, "delete");
  });
});
