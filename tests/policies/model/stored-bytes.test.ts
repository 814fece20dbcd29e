import assert from "node:assert/strict";
import { UNKNOWN } from "#af/policies/model/field";
import { storedBytes, totalBytes, type StoredBytes } from "#af/policies/model/stored-bytes";
import type { SiteRule } from "#af/policies/model/rules";
import { cephHoldsItsClaims } from "#af/policies/quotas/ceph-holds-its-claims";
import { verdictOn } from "../expect";
import { HUB, USER_VALUES } from "../facility-objects";
import { changed, workload, type Data } from "../manifests";

const GIBIBYTE = 2n ** 30n;

/** What is stored, and the paths of the findings. */
function stored(objects: readonly Data[], registered = 0): readonly [StoredBytes, readonly string[]] {
  const results: StoredBytes[] = [];
  const rule: SiteRule = {
    ...cephHoldsItsClaims,
    check: (given, _site, on) => results.push(storedBytes(given, registered, on)),
  };
  const { findings } = verdictOn(objects, [rule]);
  return [results[0] ?? assert.fail("nothing is judged"), findings.map(({ path }) => path)];
}

const claim = (storage: unknown, storageClassName?: string): Data => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data", namespace: "work" },
  spec: { ...(storageClassName !== undefined && { storageClassName }), resources: { requests: { storage } } },
});

const user = (spec: Data, kind = "CephObjectStoreUser"): Data => ({
  apiVersion: "ceph.rook.io/v1",
  kind,
  metadata: { name: "servicex", namespace: "work" },
  spec,
});

describe("what is stored once everything is full", () => {
  it("is every claim, by its class, as often as pods of a StatefulSet make it", () => {
    const spec = claim("3Gi", "block")["spec"];
    const set = changed(changed(workload("StatefulSet"), ["spec", "replicas"], 4), ["spec", "volumeClaimTemplates"], [{ spec }]);
    assert.deepEqual(stored([set, claim("5Gi", "shared"), claim("1Gi")]), [
      {
        volumes: [
          { storageClass: "block", bytes: 12n * GIBIBYTE },
          { storageClass: "shared", bytes: 5n * GIBIBYTE },
          { storageClass: "", bytes: GIBIBYTE },
        ],
        buckets: [],
      },
      [],
    ]);
  });

  it("is a home for each registered user", () => {
    const homes = (hub: Data) => stored([hub], 7)[0].volumes;
    assert.deepEqual(homes(HUB).at(-1), { storageClass: "block", bytes: 7n * GIBIBYTE });
    const bare = changed(changed(HUB, [...USER_VALUES, "storage", "capacity"], undefined), [...USER_VALUES, "storage", "dynamic"], {});
    assert.deepEqual(homes(bare).at(-1), { storageClass: "", bytes: 0n });
  });

  it("is the quota of each user of an object store, in the namespace of the store", () => {
    const quotas = { maxSize: "1Ti" };
    const [{ volumes, buckets }, paths] = stored([
      user({ store: "objects", clusterNamespace: "rook-ceph", quotas }),
      user({ store: "objects", quotas }),
      user({}),
      user({ store: "objects", quotas }, "CephObjectStore"),
    ]);
    assert.deepEqual([volumes, paths], [[], []]);
    assert.deepEqual(buckets, [
      { store: "rook-ceph/objects", bytes: 1024n * GIBIBYTE },
      { store: "work/objects", bytes: 1024n * GIBIBYTE },
      { store: "work/", bytes: 0n },
    ]);
    assert.equal(totalBytes(buckets), 2048n * GIBIBYTE);
    assert.equal(totalBytes([]), 0n);
  });

  it("is a finding where it cannot be read, and the rest is counted", () => {
    const [{ volumes, buckets }, paths] = stored([claim(UNKNOWN, "block"), user({ store: UNKNOWN }), claim("5Gi", "shared")]);
    assert.deepEqual([volumes, buckets], [[{ storageClass: "shared", bytes: 5n * GIBIBYTE }], []]);
    assert.deepEqual(paths, ["spec.resources.requests.storage", "spec.store"]);
  });
});
