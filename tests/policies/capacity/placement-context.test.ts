import assert from "node:assert/strict";
import { placementContext } from "#af/policies/capacity/placement-context";
import { objectsOf } from "#af/policies/model/objects";
import type { Data } from "../manifests";

const context = (...objects: readonly Data[]) => placementContext(objects.flatMap((object) => objectsOf(object)));
const object = (apiVersion: string, kind: string, name: string, fields: Data = {}): Data => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
});

describe("what other objects say about the place of a pod", () => {
  it("is who evicts nobody, by priority classes alone", () => {
    const { nonPreempting, priorities } = context(
      object("scheduling.k8s.io/v1", "PriorityClass", "patient", { value: 10, preemptionPolicy: "Never" }),
      object("scheduling.k8s.io/v1", "PriorityClass", "urgent", { value: 20, preemptionPolicy: "PreemptLowerPriority" }),
      object("scheduling.k8s.io/v1", "PriorityClass", "plain", { value: 5 }),
      object("example.org/v1", "Other", "other", { preemptionPolicy: "Never" }),
    );
    assert.deepEqual([...nonPreempting], ["patient"]);
    assert.deepEqual(
      ["patient", "urgent", "plain", "other"].map((name) => priorities.values.get(name)),
      [10, 20, 5, undefined],
    );
  });

  it("is the labels of namespaces, the name among them", () => {
    const labelled = (kind: string, name: string): Data => ({ apiVersion: "v1", kind, metadata: { name, labels: { team: "hub" } } });
    assert.deepEqual(
      [...context(labelled("Namespace", "work"), object("v1", "Namespace", "bare"), labelled("ConfigMap", "map")).namespaces],
      [
        ["work", { team: "hub", "kubernetes.io/metadata.name": "work" }],
        ["bare", { "kubernetes.io/metadata.name": "bare" }],
      ],
    );
  });

  it("is the hosts of the volumes of each class whose volumes are made beforehand", () => {
    const on = (host: string) => ({
      matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [host] }],
      matchFields: [],
    });
    const volume = (name: string, storageClassName: string, ...hosts: readonly string[]) =>
      object("v1", "PersistentVolume", name, {
        spec: { storageClassName, nodeAffinity: { required: { nodeSelectorTerms: hosts.map(on) } } },
      });
    const storageClass = (name: string, provisioner: string) => object("storage.k8s.io/v1", "StorageClass", name, { provisioner });
    const { volumes } = context(
      storageClass("local", "kubernetes.io/no-provisioner"),
      storageClass("scratch", "kubernetes.io/no-provisioner"),
      storageClass("block", "rook-ceph.rbd.csi.ceph.com"),
      object("example.org/v1", "Other", "other", { provisioner: "kubernetes.io/no-provisioner" }),
      volume("one", "local", "h1"),
      volume("two", "local", "h2", "h3"),
      volume("three", "scratch", "h4"),
      volume("four", "block", "h5"),
      object("example.org/v1", "PersistentVolume", "no-volume", {
        spec: { storageClassName: "scratch", nodeAffinity: { required: { nodeSelectorTerms: [on("h6")] } } },
      }),
    );
    assert.deepEqual(
      [...volumes],
      [
        ["local", [on("h1"), on("h2"), on("h3")]],
        ["scratch", [on("h4")]],
      ],
    );
  });

  it("is the class of each claim, by its namespace and name", () => {
    const claim = (namespace: string, spec: Data): Data => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace },
      spec,
    });
    const { claims } = context(claim("work", { storageClassName: "local" }), claim("other", {}));
    assert.deepEqual(
      [...claims],
      [
        ["work/data", "local"],
        ["other/data", ""],
      ],
    );
  });
});
