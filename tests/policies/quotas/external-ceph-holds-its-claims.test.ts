import assert from "node:assert/strict";
import { externalClusterSpec } from "#af/components/storage/external-specs";
import { externalCephHoldsItsClaims } from "#af/policies/quotas/external-ceph-holds-its-claims";
import { StorageSettings } from "#af/components/storage/settings";
import { comparedBy, SITE, verdictOn } from "../expect";
import { CLAIM, HUB, STORAGE_CLASS, STORE_USER, USER_VALUES } from "../facility-objects";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const CLUSTER: Data = {
  apiVersion: "ceph.rook.io/v1",
  kind: "CephCluster",
  metadata: { name: "external", namespace: "work" },
  spec: externalClusterSpec({ monitors: { port: 6789, hosts: [] } }),
};

/** Everything that is stored: 200 homes of 1Gi, the database of the hub with 1Gi, a claim with 1Gi, and a user of the object store with 1Ti. */
const storage = StorageSettings.parse({
  kind: "external",
  fsid: "797f411a-aafe-11ec-a254-fa163e1539f5",
  monitors: { hosts: [{ name: "a", address: "198.51.100.1" }] },
  block: { pool: "blocks" },
  capacity: "1226Gi",
});

export const cases: RuleCases = {
  rule: externalCephHoldsItsClaims,
  site: { ...SITE, storage },
  passes: [CLUSTER, STORAGE_CLASS, CLAIM, HUB, STORE_USER],
  refused: [
    {
      of: "site",
      at: ["storage", "capacity"],
      value: "1225Gi",
      path: "spec",
      message: /^all that the facility may keep in somebody else's Ceph needs 1\.2Ti room .* and has 1\.2Ti: 1Gi too few$/,
    },
    {
      of: "site",
      at: ["storage", "capacity"],
      value: undefined,
      path: "af:storage.capacity",
      message: /^undetermined: af:storage\.capacity is not given/,
    },
    {
      of: "site",
      at: ["storage"],
      value: SITE.storage,
      path: "spec.external.enable",
      message: /^undetermined: .* is true, and af:storage is of another kind/,
    },
    { of: 2, at: ["spec", "resources", "requests", "storage"], value: "2Gi", path: "spec", message: /1Gi too few$/ },
    { of: 3, at: [...USER_VALUES, "storage", "capacity"], value: "2Gi", path: "spec", message: /200Gi too few$/ },
    { of: 4, at: ["spec", "quotas", "maxSize"], value: "2Ti", path: "spec", message: /1Ti too few$/ },
  ],
  boundary: { of: "site", at: ["storage", "capacity"], resource: /^room/, side: "have" },
  unknown: [
    { of: 0, at: ["spec", "external", "enable"], wrong: "yes" },
    { of: 2, at: ["spec", "resources", "requests", "storage"], wrong: "much" },
    { of: 4, at: ["spec", "quotas", "maxSize"], wrong: "much" },
  ],
};

describeCases(cases);

describe("external-ceph-holds-its-claims, by what it counts", () => {
  const site = { ...SITE, storage };
  const needed = (...others: readonly Data[]) =>
    comparedBy(externalCephHoldsItsClaims, [...cases.passes, ...others], site).map((text) => text.split(": ")[1]?.split(" of ")[0]);
  const named = (object: Data, name: string, ...steps: readonly (readonly [readonly string[], unknown])[]) =>
    steps.reduce((all, [at, value]) => changed(all, at, value), changed(object, ["metadata", "name"], name));
  const all = String(1226n * 2n ** 30n);

  it("counts neither claims of other classes nor buckets of other clusters", () => {
    assert.deepEqual(needed(), [all]);
    const elsewhere = named(STORAGE_CLASS, "elsewhere", [["parameters", "clusterID"], "other"]);
    const claim = (className: string) => named(CLAIM, className, [["spec", "storageClassName"], className]);
    assert.deepEqual(needed(elsewhere, claim("elsewhere"), claim("unknown")), [all]);
    // A namespace whose name begins like that of the cluster is another one.
    for (const namespace of ["other", "work2"])
      assert.deepEqual(needed(named(STORE_USER, "other", [["spec", "clusterNamespace"], namespace])), [all], namespace);
    // What is no class makes none, even with the name and the parameters of one.
    const noClass = { ...elsewhere, apiVersion: "example.org/v1", parameters: { clusterID: "work" } };
    assert.deepEqual(needed(noClass, claim("elsewhere")), [all]);
  });

  it("counts what every class of the cluster holds", () => {
    const second = named(STORAGE_CLASS, "second");
    const more = String(1227n * 2n ** 30n);
    assert.deepEqual(needed(second, named(CLAIM, "more", [["spec", "storageClassName"], "second"])), [more]);
  });

  it("compares nothing for a cluster of the facility's own disks, or for what is no CephCluster", () => {
    for (const other of [changed(CLUSTER, ["spec", "external", "enable"], false), changed(CLUSTER, ["spec", "external"], undefined)]) {
      const { findings, comparisons } = verdictOn([other, ...cases.passes.slice(1)], [externalCephHoldsItsClaims], site);
      assert.deepEqual([findings, comparisons], [[], []]);
    }
    assert.deepEqual(comparedBy(externalCephHoldsItsClaims, [{ ...CLUSTER, kind: "CephFilesystem" }], site), []);
  });
});
