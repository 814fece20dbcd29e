import assert from "node:assert/strict";
import { objectsOf } from "#af/policies/model/objects";
import { givenClasses, isStorageClass } from "#af/policies/model/storage-classes";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "../expect";

describe("classes of storage", () => {
  it("are known as such", () => {
    const of = (apiVersion: string, kind: string) => objectsOf({ apiVersion, kind, metadata: { name: "a" } }).map(isStorageClass);
    assert.deepEqual(
      [of("storage.k8s.io/v1", "StorageClass"), of("storage.k8s.io/v1", "CSIDriver"), of("v1", "StorageClass")],
      [[true], [false], [false]],
    );
  });

  it("are there already where the site file says so", () => {
    const given = (storage: object, cvmfs: object) => givenClasses({ ...SITE, storage, data: { ...SITE.data, cvmfs } } as unknown as Site);
    const none = { kind: "none" };
    assert.deepEqual(given({ kind: "existing", blockClass: "block" }, none), ["block"]);
    assert.deepEqual(given({ kind: "existing", blockClass: "block", sharedClass: "shared" }, { kind: "csi", storageClass: "cvmfs" }), [
      "block",
      "shared",
      "cvmfs",
    ]);
    assert.deepEqual(given({ kind: "rook", blockClass: "block", sharedClass: "shared" }, { kind: "hostPath", storageClass: "cvmfs" }), []);
  });
});
