import assert from "node:assert/strict";
import { newestOf, objectsIn } from "#af/sandbox/charts/release";
import { helmRecord, object } from "../controller/builders";

describe("Helm's record of a release", () => {
  it("is read in its newest revision, by number", () => {
    const revisions = [9, 10, 2].map((revision) =>
      helmRecord({ release: "lb", revision, status: revision === 10 ? "pending-upgrade" : "superseded" }),
    );
    const [record, ...others] = newestOf([...revisions, helmRecord({ release: "lb", namespace: "other" })]);
    assert.deepEqual(
      [record?.revision, record?.status, record?.secret.metadata.name],
      [10, "pending-upgrade", "sh.helm.release.v1.lb.v10"],
    );
    assert.deepEqual(
      others.map(({ namespace }) => namespace),
      ["other"],
    );
  });

  it("is not looked for in other Secrets", () => {
    assert.deepEqual(newestOf([object("v1", "Secret", "tls", { type: "kubernetes.io/tls", data: { release: "x" } })]), []);
  });

  it("names the objects of its manifest, in the release's namespace unless they say another", () => {
    const manifest =
      "---\n# Source: a\napiVersion: v1\nkind: Service\nmetadata: { name: a }\n---\n# nothing\n---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: b, namespace: kube-system }\n";
    assert.deepEqual(objectsIn(manifest, "here"), [
      { apiVersion: "v1", kind: "Service", metadata: { name: "a", namespace: "here" } },
      { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "b", namespace: "kube-system" } },
    ]);
  });
});
