import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { textAt } from "#af/sandbox/cluster/world";
import { customResources } from "#af/sandbox/controller/custom-resources";
import type { Action } from "#af/sandbox/controller/reconciler";
import { object, rook } from "./builders";
import { after, applied, eventsIn, healthyCluster, heldText, held, wanted } from "./situations";

const inRook = { namespace: "rook-ceph" };
const ceph = (kind: string, name: string, rest: object = {}, metadata: object = {}): ClusterObject =>
  object("ceph.rook.io/v1", kind, name, { metadata: { ...inRook, ...metadata }, ...rest });
const volume = (driver: string, attributes: object): ClusterObject =>
  object("v1", "PersistentVolume", "pvc-1", { spec: { csi: { driver, volumeAttributes: { clusterID: "rook-ceph", ...attributes } } } });
const image = volume("rook-ceph.rbd.csi.ceph.com", { pool: "replicated" });
/** The job that asks the image of a cluster for its release has ended. */
const detected = object("batch/v1", "Job", "rook-ceph-detect-version", { metadata: inRook, spec: {}, status: { succeeded: 1 } });
const changes = (subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] =>
  wanted(customResources, subject, ...others, ...rook, detected);
const going = (subject: ClusterObject): ClusterObject => ({
  ...subject,
  metadata: { ...subject.metadata, ...held(`${subject.kind.toLowerCase()}.ceph.rook.io`) },
});
const freed = (actions: readonly Action[]): boolean => actions.some((each) => each.kind === "finalizers" && each.finalizers.length === 0);
const conditionsIn = (status: unknown): readonly string[] =>
  ((status as { conditions?: { type: string; status: string; reason: string }[] } | undefined)?.conditions ?? []).map(
    ({ type, status: state, reason }) => `${type}=${state} ${reason}`,
  );

describe("a Ceph cluster in the sandbox", () => {
  const created = { ...healthyCluster, status: {} };

  it("says what Rook says once it is created, and that no Ceph runs", () => {
    const { status } = after(created, changes(created));
    assert.deepEqual(conditionsIn(status), ["Ready=True ClusterCreated"]);
    assert.equal(textAt({ status }, "status", "state"), "Created");
    assert.equal(textAt({ status }, "status", "ceph", "health"), "HEALTH_OK");
    assert.deepEqual((status as { version: object }).version, { image: "quay.io/ceph/ceph:v20.2.4", version: "20.2.4-0" });
    assert.match(textAt({ status }, "status", "message") ?? "", /^Cluster created successfully \(stand-in: no Ceph runs\)$/);
    assert.ok(eventsIn(changes(created)).includes('ReconcileSucceeded: successfully configured CephCluster "rook-ceph/ceph"'));
  });

  it("waits for the job that asks its image for its release, and makes the job again where its pods change", () => {
    const { status } = after(created, wanted(customResources, created, ...rook));
    assert.deepEqual(conditionsIn(status), ["Progressing=True ClusterProgressing"]);
    const deleted = changes(created).flatMap((each) => (each.kind === "delete" ? each.key.metadata.name : []));
    assert.deepEqual(deleted, ["rook-ceph-detect-version"]);
    assert.ok(applied(wanted(customResources, created, ...rook)).some(({ metadata }) => metadata.name === "rook-ceph-detect-version"));
  });

  it("hands ceph-csi the keys that its StorageClasses name", () => {
    const secrets = applied(changes(created)).filter(({ kind }) => kind === "Secret");
    assert.deepEqual(
      secrets.map((each) => [each.metadata.name, each["type"], heldText(each, "userID"), heldText(each, "userKey") !== ""]),
      ["rbd-provisioner", "rbd-node", "cephfs-provisioner", "cephfs-node"].map((user) => [
        `rook-csi-${user}`,
        "kubernetes.io/rook",
        `csi-${user}`,
        true,
      ]),
    );
    assert.deepEqual(applied(changes({ ...created, spec: { external: { enable: true } } })), []);
  });

  it("of somebody else is connected once Rook can read where it is and as whom to go there", () => {
    const theirs = ceph("CephCluster", "theirs", { spec: { external: { enable: true } } });
    const monitors = object("v1", "ConfigMap", "rook-ceph-mon-endpoints", { metadata: inRook, data: { data: "a=198.51.100.1:6789" } });
    const identity = (data: object) => object("v1", "Secret", "rook-ceph-mon", { metadata: inRook, data });
    const whole = { fsid: "YQ==", "ceph-username": "YQ==", "ceph-secret": "YQ==" };
    const told = (...others: readonly ClusterObject[]) => JSON.stringify(after(theirs, changes(theirs, ...others))["status"]);
    assert.match(told(), /"phase":"Connecting".*names no monitors; Secret rook-ceph-mon has no fsid/);
    assert.match(told(monitors, identity({ ...whole, fsid: undefined })), /Secret rook-ceph-mon has no fsid/);
    const connected = told(monitors, identity(whole));
    assert.match(connected, /"phase":"Connected","state":"Connected".*ClusterConnected/);
    // Rook never observes the generation of an external cluster, so nobody may wait for that.
    assert.doesNotMatch(connected, /observedGeneration/);
  });

  it("does not go while something belongs to it or has data in it, and says what", () => {
    const cluster = going(healthyCluster);
    const blocked = changes(cluster, ceph("CephBlockPool", "replicated"), ceph("CephClient", "one"));
    assert.ok(!freed(blocked));
    assert.deepEqual(conditionsIn(after(cluster, blocked)["status"]), [
      "Deleting=True ClusterDeleting",
      "DeletionIsBlocked=True ObjectHasDependents",
    ]);
    assert.match(
      eventsIn(blocked).join(),
      /ReconcileFailed: failed to reconcile CephCluster "rook-ceph\/ceph".*until all dependents are removed: CephBlockPool: \[replicated\], CephClient: \[one\]/,
    );
    const full = changes(cluster, image);
    assert.ok(!freed(full));
    assert.match(eventsIn(full).join(), /waiting for csi volume attachments in cluster "rook-ceph" to be cleaned up/);
    assert.ok(freed(changes({ ...cluster, spec: { cleanupPolicy: { allowUninstallWithVolumes: true } } }, image)));
    assert.ok(freed(changes(cluster)));
  });
});

describe("a resource in a Ceph cluster", () => {
  const pool = ceph("CephBlockPool", "replicated", { spec: { replicated: { size: 3 }, failureDomain: "host" } });

  it("waits until the cluster is healthy, then has the phase Ready and no condition, as with Rook", () => {
    const early = changes(pool, { ...healthyCluster, status: { phase: "Progressing" } });
    assert.deepEqual(after(pool, early)["status"], { phase: "Progressing", info: { type: "Replicated", failureDomain: "host" } });
    assert.ok(early.some((change) => change.kind === "finalizers"));
    const { status } = after(pool, changes(pool, healthyCluster));
    assert.deepEqual(status, { phase: "Ready", observedGeneration: 1, info: { type: "Replicated", failureDomain: "host" } });
  });

  it("does not go while there is data in it", () => {
    const table: readonly [subject: ClusterObject, other: ClusterObject, expected: RegExp][] = [
      [pool, image, /PoolDeletionIsBlocked=True PoolNotEmpty/],
      [
        pool,
        ceph("CephBlockPoolRadosNamespace", "ns", { spec: { blockPoolName: "replicated" } }),
        /DeletionIsBlocked=True ObjectHasDependents/,
      ],
      [
        ceph("CephFilesystem", "fs"),
        volume("rook-ceph.cephfs.csi.ceph.com", { fsName: "fs" }),
        /DeletionIsBlocked=True ObjectHasDependents/,
      ],
      [
        ceph("CephFilesystem", "fs"),
        ceph("CephFilesystemSubVolumeGroup", "g", { spec: { filesystemName: "fs" } }),
        /DeletionIsBlocked=True/,
      ],
      [ceph("CephObjectStore", "s3"), ceph("CephObjectStoreUser", "u", { spec: { store: "s3" } }), /DeletionIsBlocked=True/],
    ];
    for (const [subject, other, expected] of table) {
      const blocked = changes(going(subject), other, healthyCluster);
      assert.ok(!freed(blocked), subject.kind);
      assert.match(conditionsIn(after(subject, blocked)["status"]).join(), expected);
      assert.match(eventsIn(blocked).join(), /ReconcileFailed/);
      assert.ok(freed(changes(going(subject), healthyCluster)), `${subject.kind} alone`);
    }
  });

  it("waits while its cluster is not healthy, and goes unseen when there is none, or one that is destroyed", () => {
    assert.deepEqual(changes(going(pool), image, { ...healthyCluster, status: {} }), []);
    assert.ok(freed(changes(going(pool), image)));
    const destroyed = { ...going(healthyCluster), spec: { cleanupPolicy: { confirmation: "yes-really-destroy-data" } } };
    assert.ok(freed(changes(going(pool), image, destroyed)));
  });

  it("that is a client gets its key in a Secret of Rook's", () => {
    const client = ceph("CephClient", "skyhook");
    const [secret] = applied(changes(client, healthyCluster));
    assert.equal(secret?.metadata.name, "rook-ceph-client-skyhook");
    assert.equal(heldText(secret, "userID"), "skyhook");
    assert.equal(heldText(secret, "userKey"), heldText(secret, "skyhook"));
    assert.deepEqual((after(client, changes(client, healthyCluster))["status"] as { info: object }).info, {
      secretName: "rook-ceph-client-skyhook",
    });
  });
});
