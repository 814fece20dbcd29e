import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import type { Action } from "#af/sandbox/controller/reconciler";
import { customResources } from "#af/sandbox/controller/custom-resources";
import { certManager, definition, installed, object, rook } from "./builders";

const inRook = { namespace: "rook-ceph" };
const deleted = { deletionTimestamp: "2026-01-01T00:00:00Z" };
const external = (status?: object, metadata: object = {}): ClusterObject =>
  object("ceph.rook.io/v1", "CephCluster", "ceph", {
    metadata: { ...inRook, ...metadata },
    spec: emptyCluster,
    ...(status && { status }),
  });
const emptyCluster = {
  cephVersion: { image: "quay.io/ceph/ceph:v20.2.4", allowUnsupported: false },
  mon: { count: 0, allowMultiplePerNode: false },
  mgr: { count: 0, allowMultiplePerNode: false },
  resources: {},
  placement: { all: { nodeAffinity: {} } },
  priorityClassNames: {},
  storage: { nodes: [] },
};
const readyCluster = external({ phase: "Ready" });
const pool = (metadata: object = {}, status?: object): ClusterObject =>
  object("ceph.rook.io/v1", "CephBlockPool", "replicated", { metadata: { ...inRook, ...metadata }, spec: {}, ...(status && { status }) });

function changes(subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] {
  return customResources.actions(worldOf([subject, ...others]), subject);
}

function statusIn(all: readonly Action[]): string {
  return JSON.stringify(all.flatMap((change) => (change.kind === "status" ? [change.status] : [])));
}

describe("an operator's resource in the sandbox", () => {
  it("is untouched while the operator is not installed, or has no pod", () => {
    assert.deepEqual(changes(pool(), readyCluster), []);
    assert.deepEqual(changes(pool(), readyCluster, ...installed("rook-ceph", "rook-ceph", ["rook-ceph-operator"], false)), []);
  });

  it("cannot be deleted without its operator, because only the operator removes the finalizer", () => {
    const going = pool({ ...deleted, finalizers: ["cephblockpool.ceph.rook.io"] });
    assert.deepEqual(changes(going), []);
    assert.deepEqual(
      changes(going, ...rook).map((change) => change.kind === "finalizers" && change.finalizers),
      [[]],
    );
  });

  it("of Rook waits for a cluster, then is ready", () => {
    const early = changes(pool(), ...rook);
    assert.ok(early.some((change) => change.kind === "finalizers"));
    assert.match(statusIn(early), /no CephCluster in rook-ceph is ready/);
    assert.match(statusIn(changes(pool(), readyCluster, ...rook)), /"phase":"Ready".*stand-in: no Ceph runs/);
  });

  it("of somebody else's Ceph is connected once Rook can read where it is and as whom to go there", () => {
    const theirs = object("ceph.rook.io/v1", "CephCluster", "theirs", { metadata: inRook, spec: { external: { enable: true } } });
    const monitors = object("v1", "ConfigMap", "rook-ceph-mon-endpoints", { metadata: inRook, data: { data: "a=198.51.100.1:6789" } });
    const identity = (data: object) => object("v1", "Secret", "rook-ceph-mon", { metadata: inRook, data });
    const whole = { fsid: "YQ==", "ceph-username": "YQ==", "ceph-secret": "YQ==" };
    assert.match(statusIn(changes(theirs, ...rook)), /"phase":"Progressing".*names no monitors; Secret rook-ceph-mon has no fsid/);
    assert.match(statusIn(changes(theirs, monitors, identity({ ...whole, fsid: undefined }), ...rook)), /Secret rook-ceph-mon has no fsid/);
    assert.match(statusIn(changes(theirs, monitors, identity(whole), ...rook)), /"phase":"Connected"/);
  });

  it("of Rook does not go while something depends on it, and says what", () => {
    const going = external({ phase: "Ready" }, { ...deleted, finalizers: ["cephcluster.ceph.rook.io"] });
    assert.match(statusIn(changes(going, pool(), ...rook)), /DeletionIsBlocked.*dependents are removed: CephBlockPool replicated/);
    const volume = object("v1", "PersistentVolume", "pvc-1", {
      spec: { csi: { driver: "rook-ceph.rbd.csi.ceph.com", volumeAttributes: { pool: "replicated", clusterID: "rook-ceph" } } },
    });
    const goingPool = pool({ ...deleted, finalizers: ["cephblockpool.ceph.rook.io"] });
    assert.match(statusIn(changes(goingPool, volume, ...rook)), /PersistentVolume pvc-1/);
  });

  it("has its pods made from the resource, and is ready only when they run", () => {
    const store = object("ceph.rook.io/v1", "CephObjectStore", "s3", {
      metadata: inRook,
      spec: { gateway: { instances: 1, resources: {}, placement: { nodeAffinity: {} }, priorityClassName: "" } },
    });
    const made = changes(store, readyCluster, ...rook).flatMap((change) => (change.kind === "apply" ? [change.object] : []));
    assert.deepEqual(made.map((each) => `${each.kind} ${each.metadata.name}`).sort(), [
      "Deployment rook-ceph-rgw-s3-a",
      "Service rook-ceph-rgw-s3",
    ]);
    assert.deepEqual(
      (made[0]?.metadata.ownerReferences as { uid: string }[]).map((owner) => owner.uid),
      [store.metadata.uid],
    );
    assert.match(statusIn(changes(store, readyCluster, ...rook)), /"phase":"Progressing"/);
    const running = made.map((each) => ({ ...each, status: { observedGeneration: 1, readyReplicas: 1, updatedReplicas: 1 } }));
    const settled = changes(store, readyCluster, ...rook, ...running);
    assert.ok(!settled.some((change) => change.kind === "apply"));
    assert.match(statusIn(settled), /"phase":"Ready".*rook-ceph-rgw-s3\.rook-ceph\.svc/);
  });

  it("loses the pods that its new form no longer has", () => {
    const cluster = external();
    const orphan = object("apps/v1", "Deployment", "rook-ceph-osd-9", {
      metadata: { ...inRook, labels: { "sandbox.analysis-facility/operand-of": cluster.metadata.uid } },
    });
    const removed = changes(cluster, orphan, ...rook).flatMap((change) => (change.kind === "delete" ? [change.key.metadata.name] : []));
    assert.deepEqual(removed, ["rook-ceph-osd-9"]);
  });

  it("of an object store gives its user keys that stay the same", () => {
    const user = object("ceph.rook.io/v1", "CephObjectStoreUser", "servicex", { metadata: inRook, spec: { store: "s3" } });
    const store = object("ceph.rook.io/v1", "CephObjectStore", "s3", { metadata: inRook, status: { phase: "Ready" } });
    const secret = (): ClusterObject | undefined =>
      changes(user, store, readyCluster, ...rook).flatMap((change) => (change.kind === "apply" ? [change.object] : []))[0];
    assert.equal(secret()?.metadata.name, "rook-ceph-object-user-s3-servicex");
    assert.deepEqual(secret(), secret());
  });

  it("of an object store may live elsewhere only where the store allows it, and keeps the keys that it was given", () => {
    const user = object("ceph.rook.io/v1", "CephObjectStoreUser", "servicex", {
      metadata: { namespace: "servicex" },
      spec: {
        store: "s3",
        clusterNamespace: "rook-ceph",
        keys: [{ accessKeyRef: { name: "own", key: "a" }, secretKeyRef: { name: "own", key: "s" } }],
      },
    });
    const store = (allowed: readonly string[]): ClusterObject =>
      object("ceph.rook.io/v1", "CephObjectStore", "s3", {
        metadata: inRook,
        spec: { allowUsersInNamespaces: allowed },
        status: { phase: "Ready" },
      });
    const own = object("v1", "Secret", "own", { metadata: { namespace: "servicex" }, data: { a: "QQ==", s: "Uw==" } });
    assert.match(statusIn(changes(user, store([]), own, ...rook)), /rook-ceph\/s3 does not allow users in namespace servicex/);
    assert.match(statusIn(changes(user, store(["servicex"]), ...rook)), /its own AccessKey does not exist/);
    const [secret] = changes(user, store(["*"]), own, ...rook).flatMap((change) => (change.kind === "apply" ? [change.object] : []));
    const data = secret?.["data"] as Record<string, string>;
    assert.deepEqual([data["AccessKey"], data["SecretKey"]], ["QQ==", "Uw=="]);
    const going = { ...store(["servicex"]), metadata: { ...store([]).metadata, ...deleted, finalizers: ["cephobjectstore.ceph.rook.io"] } };
    assert.match(statusIn(changes(going, user, ...rook)), /CephObjectStoreUser servicex\/servicex/);
  });

  it("of cert-manager is issued once its issuer is ready", () => {
    const certificate = object("cert-manager.io/v1", "Certificate", "hub", {
      spec: { secretName: "hub-tls", dnsNames: ["hub.example.org"], issuerRef: { kind: "ClusterIssuer", name: "public" } },
    });
    const issuer = (status: object): ClusterObject => object("cert-manager.io/v1", "ClusterIssuer", "public", { status });
    assert.match(statusIn(changes(certificate, ...certManager)), /ClusterIssuer public does not exist/);
    assert.match(statusIn(changes(certificate, issuer({}), ...certManager)), /ClusterIssuer public is not ready/);
    const issued = changes(certificate, issuer({ conditions: [{ type: "Ready", status: "True" }] }), ...certManager);
    assert.deepEqual(issued[0], { kind: "issue", secret: "hub-tls", namespace: "default", names: ["hub.example.org"], issuer: "public" });
    assert.match(statusIn(issued), /no authority has seen it/);
  });

  it("of a kind that nobody knows is called ready, and says that it is a stand-in", () => {
    const resource = object("example.org/v1", "Widget", "w");
    const [group, kind] = ["example.org", "Widget"];
    assert.deepEqual(customResources.subjects(worldOf([resource, definition(group, kind)])), [resource]);
    assert.match(statusIn(changes(resource)), /"Ready","status":"True".*stand-in/);
  });

  it("is not given a status that its real controller never writes", () => {
    const monitor = object("monitoring.coreos.com/v1", "ServiceMonitor", "hub");
    const world = worldOf([monitor, definition("monitoring.coreos.com", "ServiceMonitor")]);
    assert.deepEqual(customResources.subjects(world), []);
  });
});
