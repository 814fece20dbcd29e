import assert from "node:assert/strict";
import { namespaceContents } from "#af/policies/model/namespaces";
import { objectsOf } from "#af/policies/model/objects";

const one = (kind: string, name: string, namespace?: string) =>
  objectsOf({ apiVersion: "v1", kind, metadata: { name, ...(namespace !== undefined && { namespace }) } })[0] ?? assert.fail();

describe("namespaces of a stack", () => {
  it("are those that it makes, each with all that is in it", () => {
    const [work, empty] = [one("Namespace", "work"), one("Namespace", "empty")];
    const [a, b, stranger] = [one("ConfigMap", "a", "work"), one("Secret", "b", "work"), one("ConfigMap", "c", "elsewhere")];
    const cluster = one("PersistentVolume", "v");
    assert.deepEqual(namespaceContents([a, work, stranger, cluster, b, empty]), [
      { namespace: work, members: [a, b] },
      { namespace: empty, members: [] },
    ]);
  });

  it("have nothing of the whole cluster in them where their name is not known", () => {
    const unnamed = one("Namespace", "");
    assert.deepEqual(namespaceContents([unnamed, one("PersistentVolume", "v")]), [{ namespace: unnamed, members: [] }]);
  });

  it("are not those that it only patches, for who made them decides", () => {
    assert.deepEqual(namespaceContents([{ ...one("Namespace", "work"), partial: true }, one("ConfigMap", "a", "work")]), []);
  });
});
