import assert from "node:assert/strict";
import fc from "fast-check";
import { objectDifference, quantity } from "#af/sandbox/plugins/kubernetes/difference";
import { replacesAt } from "#af/sandbox/plugins/kubernetes/replace-rules";
import { Secret, type JsonObject, type PropertyMap } from "#af/sandbox/plugins/properties";
import { parsePath } from "#af/sandbox/plugins/detailed-diff";

const mutable = { secretMutable: true, configMapMutable: true };
const object = (kind: string, apiVersion: string, rest: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", namespace: "default" },
  ...rest,
});
const diff = (before: PropertyMap, after: PropertyMap, namespaced = true, isPatch = false): Record<string, string> =>
  Object.fromEntries(objectDifference(before, after, namespaced, isPatch, mutable).changes);

describe("differences between Kubernetes objects", () => {
  it("see no difference between ways to write one quantity", () => {
    const units = [
      ["1", "1000m"],
      ["1Gi", "1024Mi"],
      ["0.5", "500m"],
      ["1k", "1000"],
      ["100m", "0.1"],
      ["2", 2],
      ["1e3", "1k"],
    ] as const;
    for (const [one, other] of units) {
      const quota = (cpu: string | number): JsonObject => object("ResourceQuota", "v1", { spec: { hard: { "limits.cpu": cpu } } });
      assert.deepEqual(diff(quota(one), quota(other)), {}, `${one} = ${other}`);
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (cores) => assert.equal(quantity(`${cores * 1000}m`), quantity(String(cores)))),
    );
  });

  it("see one where quantities differ, and where no quantity stands", () => {
    const deployment = (cpu: string): JsonObject =>
      object("Deployment", "apps/v1", { spec: { template: { spec: { containers: [{ resources: { limits: { cpu } } }] } } } });
    assert.deepEqual(diff(deployment("1"), deployment("1001m")), { "spec.template.spec.containers[0].resources.limits.cpu": "update" });
    assert.deepEqual(diff(object("ConfigMap", "v1", { data: { a: "1" } }), object("ConfigMap", "v1", { data: { a: "1000m" } })), {
      "data.a": "update",
    });
    assert.equal(quantity("10x"), undefined);
  });

  it("take the namespace default for none, and ignore a namespace where there is none", () => {
    const bare = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } };
    assert.deepEqual(diff(bare, object("ConfigMap", "v1")), {});
    const scoped = { ...bare, kind: "Namespace" };
    assert.deepEqual(diff(scoped, { ...scoped, metadata: { name: "x", namespace: "default" } }, false), {});
  });

  it("ignore what only the server writes", () => {
    assert.deepEqual(
      diff(
        object("ConfigMap", "v1"),
        object("ConfigMap", "v1", { metadata: { name: "x", uid: "1", resourceVersion: "2", generation: 3 } }),
      ),
      {},
    );
  });

  it("replace an object whose identity changes", () => {
    const other = (metadata: JsonObject): JsonObject => object("ConfigMap", "v1", { metadata });
    assert.deepEqual(diff(object("ConfigMap", "v1"), other({ name: "y" })), { "metadata.name": "update-replace" });
    assert.deepEqual(diff(object("ConfigMap", "v1"), other({ name: "x", namespace: "other" })), { "metadata.namespace": "update-replace" });
    assert.deepEqual(diff(object("Ingress", "extensions/v1"), object("Ingress", "networking.k8s.io/v1")), { apiVersion: "update-replace" });
    assert.deepEqual(diff(object("Ingress", "networking.k8s.io/v1beta1"), object("Ingress", "networking.k8s.io/v1")), {
      apiVersion: "update",
    });
  });

  it("delete first only where the replacement needs the same name", () => {
    const deployment = (app: string, metadata: JsonObject): JsonObject => ({
      ...object("Deployment", "apps/v1", { spec: { selector: { matchLabels: { app } } } }),
      metadata,
    });
    const first = (before: JsonObject, after: JsonObject): boolean | undefined =>
      objectDifference(before, after, true, false, mutable).deleteBeforeReplace;
    assert.equal(first(deployment("a", { name: "x" }), deployment("b", { name: "x" })), true);
    assert.equal(first(deployment("a", { name: "x" }), deployment("b", { name: "y" })), false);
    const autonamed = { name: "x-1", annotations: { "pulumi.com/autonamed": "true" } };
    assert.equal(first(deployment("a", autonamed), deployment("b", autonamed)), false);
  });

  it("do not tell secret values, only where they are", () => {
    const secret = (password: string): PropertyMap => ({ ...object("Secret", "v1"), stringData: new Secret({ password }) });
    assert.deepEqual(diff(secret("a"), secret("b")), { "stringData.password": "update" });
  });
});

describe("replacement rules", () => {
  const rules: readonly (readonly [apiVersion: string, kind: string, replaces: readonly string[], updates: readonly string[]])[] = [
    ["v1", "Service", ["spec.clusterIP"], ["spec.type", "spec.ports[0].port"]],
    [
      "v1",
      "PersistentVolumeClaim",
      ["spec.storageClassName", "spec.accessModes[0]", "spec.volumeName"],
      ["spec.resources.requests.storage"],
    ],
    ["v1", "PersistentVolume", ["spec.csi.driver", "spec.hostPath"], ["spec.capacity.storage"]],
    ["v1", "Pod", ["spec.containers[1].image", "spec.nodeName", "spec.volumes[0]"], ["spec.activeDeadlineSeconds", "metadata.labels.a"]],
    ["v1", "ResourceQuota", ["spec.scopes"], ["spec.hard.pods"]],
    ["v1", "Secret", ["type"], ["data.a", "stringData.a"]],
    ["v1", "ConfigMap", [], ["data.a"]],
    ["apps/v1", "Deployment", ["spec.selector.matchLabels.app", "spec.selector"], ["spec.replicas", "spec.template"]],
    ["apps/v1", "DaemonSet", ["spec.selector"], ["spec.template"]],
    ["apps/v1", "StatefulSet", ["spec.serviceName", "spec.volumeClaimTemplates[0].spec"], ["spec.replicas", "spec.template"]],
    ["batch/v1", "Job", ["spec.template.spec.containers[0].image", "spec.completions"], ["spec.activeDeadlineSeconds"]],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", ["roleRef.name"], ["subjects[0].name"]],
    ["storage.k8s.io/v1", "StorageClass", ["parameters.pool", "provisioner"], ["allowVolumeExpansion"]],
    ["ceph.rook.io/v1", "CephCluster", ["metadata.name"], ["spec.cephVersion.image"]],
  ];
  for (const [apiVersion, kind, replaces, updates] of rules) {
    it(`of ${kind} are the official provider's`, () => {
      const replacesPath = replacesAt(object(kind, apiVersion), false, mutable);
      for (const path of replaces) assert.ok(replacesPath(parsePath(path)), `${path} replaces`);
      for (const path of updates) assert.ok(!replacesPath(parsePath(path)), `${path} updates`);
      assert.ok(replacesPath(["metadata", "name"]) && replacesPath(["metadata", "namespace"]));
    });
  }

  it("hold when everything around the field goes", () => assert.ok(replacesAt(object("Deployment", "apps/v1"), false, mutable)(["spec"])));

  it("replace the data of immutable Secrets and ConfigMaps, and of all where the provider says so", () => {
    for (const kind of ["Secret", "ConfigMap"]) {
      assert.ok(replacesAt(object(kind, "v1", { immutable: true }), false, mutable)(["data", "a"]), kind);
      assert.ok(replacesAt(object(kind, "v1"), false, { secretMutable: false, configMapMutable: false })(["data", "a"]), kind);
    }
  });

  it("leave a patched object in place", () => {
    const patched = replacesAt(object("Deployment", "apps/v1"), true, mutable);
    assert.ok(!patched(["spec", "selector"]) && patched(["metadata", "name"]));
  });
});
