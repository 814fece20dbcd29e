import assert from "node:assert/strict";
import { objectsOf } from "#af/policies/model/objects";
import { givenClasses, isStorageClass } from "#af/policies/model/storage-classes";
import { valuesIn } from "#af/policies/model/secret-values";
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

describe("values that a Secret holds for a chart", () => {
  it("are read as YAML, or are the text itself", () => {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    assert.deepEqual(
      [valuesIn(base64("a:\n  b: [1]\n")), valuesIn(base64("a: [")), valuesIn(base64("größe"))],
      [{ a: { b: [1] } }, "a: [", "größe"],
    );
  });
});
