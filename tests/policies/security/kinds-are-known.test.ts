import assert from "node:assert/strict";
import { UNKNOWN } from "#af/policies/model/field";
import { kindsAreKnown } from "#af/policies/security/kinds-are-known";
import { verdictOn } from "../expect";
import { CONTAINER, KEPT, workload, WORKLOAD_KINDS, changed, type Data, type WorkloadKind } from "../manifests";

const spec = { containers: [changed(CONTAINER, ["securityContext", "privileged"], true)] };
const metadata = { name: "program", namespace: "work" };
const template = { spec };

/** What holds a privileged container in a form in which no rule about pods sees it, or may make one. */
const UNSEEN: Readonly<Record<string, Data>> = {
  "a kind in lower case": { apiVersion: "v1", kind: "pod", metadata, spec },
  "a Deployment of the core group": { apiVersion: "v1", kind: "Deployment", metadata, spec: { template } },
  "a Pod of another version": { apiVersion: "v2", kind: "Pod", metadata, spec },
  "an object without a version": { apiVersion: "", kind: "Pod", metadata, spec },
  "a number in a list": { apiVersion: "v1", kind: "List", items: [5] },
  "null in a list": { apiVersion: "v1", kind: "List", items: [null] },
  "no kind in a list": { apiVersion: "v1", kind: "List", items: [{ metadata, spec }] },
  "a number for a kind": { apiVersion: "v1", kind: 5, metadata, spec },
  "a list without members": { apiVersion: "v1", kind: "PodList", metadata, spec },
  "a kind that is a property of every object": { apiVersion: "apps/v1", kind: "constructor", metadata, spec: { template } },
  DeploymentConfig: { apiVersion: "apps.openshift.io/v1", kind: "DeploymentConfig", metadata, spec: { template } },
  DaskCluster: { apiVersion: "kubernetes.dask.org/v1", kind: "DaskCluster", metadata, spec: { worker: { spec } } },
  "DaskCluster of the gateway": { apiVersion: "gateway.dask.org/v1alpha1", kind: "DaskCluster", metadata, spec: { worker: { template } } },
  Notebook: { apiVersion: "kubeflow.org/v1", kind: "Notebook", metadata, spec: { template } },
  Rollout: { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata, spec: { template } },
  "Service of Knative": { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata, spec: { template } },
  Prometheus: { apiVersion: "monitoring.coreos.com/v1", kind: "Prometheus", metadata, spec },
  ThanosRuler: { apiVersion: "monitoring.coreos.com/v1", kind: "ThanosRuler", metadata, spec },
  Kustomization: { apiVersion: "kustomize.toolkit.fluxcd.io/v1", kind: "Kustomization", metadata, spec: { path: "./" } },
  Application: { apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata, spec: { source: {} } },
  "a chart of another installer": { apiVersion: "helm.cattle.io/v1", kind: "HelmChart", metadata, spec: { chart: "x" } },
  "a kind that nobody knows": { apiVersion: "example.org/v1", kind: "Thing", metadata, spec: {} },
};

describe("kinds-are-known", () => {
  for (const [title, object] of Object.entries(UNSEEN))
    it(`refuses ${title}`, () => {
      const { findings } = verdictOn([object], [kindsAreKnown]);
      assert.equal(findings.length, 1);
      assert.equal(findings[0]?.enforcement, "mandatory");
      assert.match(findings[0].message, /no rule (knows|sees)/);
    });

  it("says of many objects of one kind so once", () => {
    const things = Array.from({ length: 500 }, (_, index) => ({ ...UNSEEN["a kind that nobody knows"], metadata: { name: `x${index}` } }));
    const { findings } = verdictOn(things, [kindsAreKnown]);
    assert.deepEqual(
      findings.map(({ message }) => message.split(",")[0]),
      ["500 objects have the kind Thing of example.org/v1"],
    );
  });

  it("accepts what the rules know", () => {
    const kinds = Object.keys(WORKLOAD_KINDS) as WorkloadKind[];
    assert.deepEqual(verdictOn([...KEPT, ...kinds.map((kind) => workload(kind))], [kindsAreKnown]).findings, []);
  });

  it("refuses nothing at all, because nothing was judged", () => {
    assert.match(verdictOn([], [kindsAreKnown]).findings[0]?.message ?? "nothing found", /nothing was judged/);
  });

  it("reads the members of the API server's own lists, which have no kind", () => {
    for (const [kind, [apiVersion]] of Object.entries(WORKLOAD_KINDS)) {
      const object = workload(kind as WorkloadKind, spec);
      const bare = Object.fromEntries(Object.entries(object).filter(([name]) => name !== "apiVersion" && name !== "kind"));
      const { findings } = verdictOn([{ apiVersion, kind: `${kind}List`, items: [bare] }]);
      assert.ok(
        findings.some(({ rule }) => rule === "no-privileged-containers"),
        kind,
      );
    }
  });

  it("leaves what is not known to the rules about it", () => {
    assert.deepEqual(verdictOn([{ apiVersion: "v1", kind: "List", items: UNKNOWN }], [kindsAreKnown]).findings, []);
  });
});

describe("kinds-are-known, in what it says", () => {
  const said = (...objects: readonly Data[]) =>
    verdictOn(objects, [kindsAreKnown]).findings.map(({ path, message }) => `${path}: ${message}`);
  const monitoring = (kind: string, more: Data): Data => ({ apiVersion: "monitoring.coreos.com/v1", kind, metadata, spec: more });

  it("tells one object from several, and each kind by itself", () => {
    const thing = UNSEEN["a kind that nobody knows"] ?? {};
    const other = { ...thing, kind: "Other" };
    const heads = (...objects: readonly Data[]) => said(...objects).map((text) => text.split(", which")[0]);
    assert.deepEqual(heads(thing), [": an object has the kind Thing of example.org/v1"]);
    assert.deepEqual(heads(thing, other, thing), [
      ": 2 objects have the kind Thing of example.org/v1",
      ": an object has the kind Other of example.org/v1",
    ]);
    for (const unread of ["an object without a version", "a number for a kind"])
      assert.deepEqual(heads(UNSEEN[unread] ?? {}), [": an object has no apiVersion or no kind that can be read"], unread);
    assert.deepEqual(heads({ ...thing, apiVersion: "" }), [": an object has no apiVersion or no kind that can be read"]);
  });

  it("refuses what a custom resource adds to its operator's pods, and not what it turns off", () => {
    for (const kind of ["Prometheus", "Alertmanager"]) {
      for (const [name, value] of [
        ["containers", [{}]],
        ["initContainers", [{}]],
        ["volumes", [{}]],
        ["hostNetwork", true],
      ] as const)
        assert.deepEqual(said(monitoring(kind, { [name]: value })), [
          `spec.${name}: ${name} is added to the operator's pods, and no rule sees it there; allowed: no such field`,
        ]);
      assert.deepEqual(said(monitoring(kind, { containers: [], hostNetwork: false, volumes: null })), []);
    }
    assert.deepEqual(said(monitoring("PodMonitor", { containers: [{}] })), []);
  });
});
