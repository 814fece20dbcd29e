import { externalClusterSpec } from "#af/components/storage/external-specs";
import { externalCephHoldsItsClaims } from "#af/policies/quotas/external-ceph-holds-its-claims";
import { StorageSettings } from "#af/components/storage/settings";
import { SITE } from "../expect";
import { CLAIM, HUB, STORAGE_CLASS, STORE_USER, USER_VALUES } from "../facility-objects";
import type { Data } from "../manifests";
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
