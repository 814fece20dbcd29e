import assert from "node:assert/strict";
import type { V1PodDisruptionBudget } from "@kubernetes/client-node";
import { cephDaemons } from "../../../components/charts/ceph-daemons";
import type { Workload } from "../../../components/charts/chart";
import { cephClusterSpec, objectStoreSpec } from "../../../components/storage/specs";
import { EXTERNAL_CLUSTER, externalObjectStoreSpec } from "../../../components/storage/external-specs";
import { readSite } from "../../../stacks/read-site";
import { SITES } from "../../support/site-config";

/** `name: maxUnavailable N` or `name: minAvailable N` of each budget. */
function budgets(workloads: readonly Workload[]): readonly string[] {
  return workloads
    .filter((workload): workload is V1PodDisruptionBudget => workload.kind === "PodDisruptionBudget")
    .map(({ metadata, spec }) => {
      const says = spec?.minAvailable === undefined ? `maxUnavailable ${spec?.maxUnavailable}` : `minAvailable ${spec.minAvailable}`;
      return `${metadata?.name}: ${says}`;
    });
}

describe("disruption budgets that Rook makes", () => {
  const site = SITES.map((name) => readSite(name)).find(({ storage }) => storage.kind === "rook");
  if (site?.storage.kind !== "rook") throw new Error("no site has its own Ceph");
  const { storage, nodes } = site;
  const spec = cephClusterSpec(storage, nodes);
  const ofCluster = (changes: object) =>
    budgets(
      cephDaemons({
        apiVersion: "ceph.rook.io/v1",
        kind: "CephCluster",
        metadata: { name: "c", namespace: "here" },
        spec: { ...spec, ...changes },
      }),
    );
  const ofStore = (store: object) =>
    budgets(
      cephDaemons({ apiVersion: "ceph.rook.io/v1", kind: "CephObjectStore", metadata: { name: "s", namespace: "here" }, spec: store }),
    );

  it("let one monitor of three go, two of five, and none of fewer be counted on", () => {
    const mons = (count: number) => ofCluster({ mon: { ...spec.mon, count } }).filter((text) => text.includes("mon"));
    assert.deepEqual([1, 3, 5].map(mons), [[], ["rook-ceph-mon-pdb: maxUnavailable 1"], ["rook-ceph-mon-pdb: maxUnavailable 2"]]);
  });

  it("keep one manager of two, whoever looks after budgets", () => {
    const managers = (changes: object) => ofCluster(changes).filter((text) => text.includes("mgr"));
    assert.deepEqual(managers({}), ["rook-ceph-mgr-pdb: maxUnavailable 1"]);
    assert.deepEqual(managers({ mgr: { ...spec.mgr, count: 1 } }), []);
    assert.deepEqual(ofCluster({ disruptionManagement: { managePodBudgets: false } }), ["rook-ceph-mgr-pdb: maxUnavailable 1"]);
  });

  it("keep all gateways but one, and nothing where there is one", () => {
    const gateways = (count: number) => ofStore(objectStoreSpec(storage, { kind: "rgw", host: "s3.example.edu", gateways: count }, nodes));
    assert.deepEqual([1, 2, 4].map(gateways), [[], ["rook-ceph-rgw-s: minAvailable 1"], ["rook-ceph-rgw-s: minAvailable 3"]]);
  });

  it("are none for a cluster and gateways that run elsewhere, for Rook runs nothing there", () => {
    const elsewhere = { kind: "rgw", host: "s3.example.edu", port: 443, tls: true } as const;
    const made = [
      ...cephDaemons({ apiVersion: "ceph.rook.io/v1", kind: "CephCluster", metadata: { name: "c" }, spec: EXTERNAL_CLUSTER }),
      ...cephDaemons({
        apiVersion: "ceph.rook.io/v1",
        kind: "CephObjectStore",
        metadata: { name: "s" },
        spec: externalObjectStoreSpec(elsewhere),
      }),
    ];
    assert.deepEqual(made, []);
  });
});
