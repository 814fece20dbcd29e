import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import type { Action } from "#af/sandbox/controller/reconciler";
import { customResources } from "#af/sandbox/controller/custom-resources";
import { definition, installed, object, rook } from "./builders";
import { applied, GATEWAY, healthyCluster, held, wanted } from "./situations";

const inRook = { namespace: "rook-ceph" };
const pool = (metadata: object = {}): ClusterObject =>
  object("ceph.rook.io/v1", "CephBlockPool", "replicated", { metadata: { ...inRook, ...metadata }, spec: { replicated: { size: 3 } } });

function changes(subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] {
  return wanted(customResources, subject, ...others);
}

function statusIn(all: readonly Action[]): string {
  return JSON.stringify(all.flatMap((change) => (change.kind === "status" ? [change.status] : [])));
}

describe("an operator's resource in the sandbox", () => {
  it("is untouched while the operator is not installed, or has no pod", () => {
    assert.deepEqual(changes(pool(), healthyCluster), []);
    assert.deepEqual(changes(pool(), healthyCluster, ...installed("rook-ceph", "rook-ceph", ["rook-ceph-operator"], false)), []);
  });

  it("cannot be deleted without its operator, because only the operator removes the finalizer", () => {
    const going = pool(held("cephblockpool.ceph.rook.io"));
    assert.deepEqual(changes(going), []);
    assert.deepEqual(
      changes(going, ...rook).map((change) => change.kind === "finalizers" && change.finalizers),
      [[]],
    );
  });

  it("has its pods made from the resource, and is ready only when they run", () => {
    const store = object("ceph.rook.io/v1", "CephObjectStore", "s3", { metadata: inRook, spec: { gateway: GATEWAY } });
    const made = applied(changes(store, healthyCluster, ...rook));
    assert.deepEqual(made.map((each) => `${each.kind} ${each.metadata.name}`).sort(), [
      "Deployment rook-ceph-rgw-s3-a",
      "Service rook-ceph-rgw-s3",
    ]);
    assert.deepEqual(
      (made[0]?.metadata.ownerReferences as { uid: string }[]).map((owner) => owner.uid),
      [store.metadata.uid],
    );
    assert.match(statusIn(changes(store, healthyCluster, ...rook)), /"phase":"Progressing"/);
    const running = made.map((each) => ({ ...each, status: { observedGeneration: 1, readyReplicas: 1, updatedReplicas: 1 } }));
    const settled = changes(store, healthyCluster, ...rook, ...running);
    assert.deepEqual(applied(settled), []);
    assert.match(statusIn(settled), /"phase":"Ready"/);
  });

  it("loses the pods that its new form no longer has", () => {
    const cluster = { ...healthyCluster, status: {} };
    const orphan = object("apps/v1", "Deployment", "rook-ceph-osd-9", {
      metadata: { ...inRook, labels: { "sandbox.analysis-facility/operand-of": cluster.metadata.uid } },
    });
    const removed = changes(cluster, orphan, ...rook).flatMap((change) => (change.kind === "delete" ? [change.key.metadata.name] : []));
    assert.deepEqual(removed, ["rook-ceph-osd-9"]);
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
