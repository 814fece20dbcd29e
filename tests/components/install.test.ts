import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "#af/components/install";
import type { Manifest } from "#af/components/manifest";

interface Asked {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

describe("installing the objects of a part", () => {
  const asked: Asked[] = [];
  const object = (apiVersion: string, kind: string, namespace?: string): Manifest => ({
    apiVersion,
    kind,
    metadata: { name: "x", ...(namespace !== undefined && { namespace }) },
  });

  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => {
        asked.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: name, state: inputs as Record<string, unknown> };
      },
      call: () => ({}),
    });
    const objects = {
      config: object("v1", "ConfigMap", "told"),
      class: { ...object("storage.k8s.io/v1", "StorageClass"), provisioner: "example.org/none" },
      store: object("ceph.rook.io/v1", "CephObjectStore", "told"),
    };
    const installed = installAll("part", objects, (key, earlier) => ({
      namespace: "given",
      dependsOn: Object.values(earlier),
      ...(key === "store" && { protect: true }),
    }));
    await Promise.all(Object.values(installed).map((resource) => new Promise((resolve) => resource.urn.apply(resolve))));
  });

  it("gives each the SDK's own class where it has one, and is a custom resource otherwise", () => {
    assert.deepEqual(
      asked.map(({ type, name }) => `${type} ${name}`),
      [
        "kubernetes:core/v1:ConfigMap part-config",
        "kubernetes:storage.k8s.io/v1:StorageClass part-class",
        "kubernetes:ceph.rook.io/v1:CephObjectStore part-store",
      ],
    );
  });

  it("places an object of a namespace in the one that is given, and an object of the cluster in none", () => {
    assert.deepEqual(
      asked.map(({ inputs }) => (inputs["metadata"] as Record<string, unknown>)["namespace"]),
      ["given", undefined, "given"],
    );
  });
});
