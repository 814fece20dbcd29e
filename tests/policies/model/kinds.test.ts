import assert from "node:assert/strict";
import { isKnownKind, whatItDoes } from "#af/policies/model/kinds";
import { objectsOf } from "#af/policies/model/objects";
import { KINDS } from "../expect";
import { WORKLOAD_KINDS, type Data } from "../manifests";

const objectOf = (apiVersion: string, kind: string, more: Data = {}) => objectsOf({ apiVersion, kind, ...more })[0] ?? assert.fail();
const known = (apiVersion: string, kind: string) => isKnownKind(objectOf(apiVersion, kind));

describe("kinds of objects", () => {
  it("are known where they hold pods at a place that the rules know", () => {
    for (const kind of KINDS) assert.ok(known(WORKLOAD_KINDS[kind][0], kind), kind);
  });

  it("are known where they hold none, each in its own group", () => {
    for (const [apiVersion, kind] of [
      ["v1", "ConfigMap"],
      ["v1", "ServiceAccount"],
      ["apps/v1", "ControllerRevision"],
      ["rbac.authorization.k8s.io/v1", "Role"],
      ["gateway.networking.k8s.io/v1", "HTTPRoute"],
      ["helm.sh/v3", "Release"],
      ["monitoring.coreos.com/v1", "ServiceMonitor"],
      ["monitoring.coreos.com/v1", "Prometheus"],
    ] as const)
      assert.ok(known(apiVersion, kind), `${apiVersion} ${kind}`);
    for (const [apiVersion, kind] of [
      ["v2", "ConfigMap"],
      ["", "ConfigMap"],
      ["apps/v1", "ConfigMap"],
      ["v1", "ControllerRevision"],
      ["v1", "configmap"],
      ["v1", ""],
      ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
      ["monitoring.coreos.com/v1", "ThanosRuler"],
    ] as const)
      assert.equal(known(apiVersion, kind), false, `${apiVersion} ${kind}`);
  });

  it("are known where an operator of the catalogue owns their group, but for a kind that it may run pods of", () => {
    assert.ok(known("cert-manager.io/v1", "Certificate"));
    assert.ok(known("ceph.rook.io/v1", "CephCluster"));
    assert.equal(known("cert-manager.io/v1", ""), false);
    assert.equal(known("gateway.dask.org/v1alpha1", "DaskCluster"), false);
    assert.equal(known("example.org/v1", "Thing"), false);
  });

  it("are not known of a group whose name is a property of every object", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) assert.equal(known(`${name}/v1`, "Thing"), false, name);
  });

  it("do what is known of them, and else what their fields tell", () => {
    for (const [apiVersion, kind, what] of [
      ["kustomize.toolkit.fluxcd.io/v1", "Kustomization", "installs objects from elsewhere"],
      ["argoproj.io/v1alpha1", "ApplicationSet", "installs objects from elsewhere"],
      ["argoproj.io/v1alpha1", "Rollout", "runs pods"],
      ["helm.cattle.io/v1", "HelmChart", "installs a chart"],
      ["security.openshift.io/v1", "SecurityContextConstraints", "says what pods may do"],
      ["example.org/v1", "Rollout", "may run anything"],
      ["argoproj.io/v1alpha1", "Thing", "may run anything"],
    ] as const)
      assert.equal(whatItDoes(objectOf(apiVersion, kind)), what, `${apiVersion} ${kind}`);
    const does = (spec: unknown) => whatItDoes(objectOf("example.org/v1", "Thing", { spec }));
    for (const spec of [
      { containers: [] },
      { deep: { template: { containers: [{}] } } },
      [{ a: 1 }, { containers: [] }],
      { a: [[{ b: 1 }], [{ containers: [1] }]] },
    ])
      assert.equal(does(spec), "holds containers", JSON.stringify(spec));
    for (const spec of [{ containers: {} }, { containers: 2 }, { initContainers: [] }, "containers", [], [["containers"]], {}])
      assert.equal(does(spec), "may run anything", JSON.stringify(spec));
  });
});
