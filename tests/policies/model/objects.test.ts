import assert from "node:assert/strict";
import { certManagerValues } from "#af/components/platform/values";
import { UNKNOWN } from "#af/policies/model/field";
import { judge } from "#af/policies/judge";
import { is, objectsOf, objectsOfResource, WHOLE_STACK } from "#af/policies/model/objects";
import { objectName, type Rule } from "#af/policies/model/rules";
import { containersAskForResources } from "#af/policies/quotas/containers-ask-for-resources";
import { namespacesHaveQuota } from "#af/policies/quotas/namespaces-have-quota";
import { noPrivilegedContainers } from "#af/policies/security/no-privileged-containers";
import { verdictOn } from "../expect";
import { changed, CONTAINER, LIMIT_RANGE, NAMESPACE, QUOTA, workload, type Data } from "../manifests";

const privileged = { containers: [changed(CONTAINER, ["securityContext", "privileged"], true)] };
const values = certManagerValues({ kind: "internal" });
const release = (given: unknown): Data => ({
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "issuer", namespace: "work" },
  spec: { releaseName: "cm", chart: { spec: { chart: "cert-manager", version: "v1.21.2" } }, values: given },
});

describe("objects to be judged", () => {
  it("are the members of lists, of lists in lists, and nothing else of them", () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [{ apiVersion: "apps/v1", kind: "DeploymentList", items: [workload("Deployment", privileged)] }],
    };
    const { findings } = verdictOn([list]);
    assert.deepEqual(
      findings.map(({ object }) => object.kind),
      ["Deployment"],
    );
  });

  it("are what a chart runs, named by workload and release", () => {
    const objects = objectsOf(release(values), "urn");
    assert.deepEqual(
      objects.map(({ kind, name }) => `${kind} ${name}`),
      [
        "HelmRelease issuer",
        "Deployment cm-cert-manager",
        "Deployment cm-cert-manager-webhook",
        "Deployment cm-cert-manager-cainjector",
        "Job cm-cert-manager-startupapicheck",
      ],
    );
    assert.ok(objects.every(({ urn }) => urn === "urn"));
    const small = changed(values as unknown as Data, ["webhook", "resources"], {});
    const { findings } = verdictOn([release(small)]);
    assert.deepEqual(
      [...new Set(findings.map(({ object }) => `${object.kind} ${object.namespace}/${object.name}`))],
      ["Deployment work/cm-cert-manager-webhook"],
    );
    assert.match(findings[0]?.message ?? "", /\(made by HelmRelease work\/issuer, chart cert-manager\)$/);
  });

  it("are never silently none: values that are not known, or not the chart's, leave every rule about pods undetermined", () => {
    for (const broken of [UNKNOWN, "text", { webhook: [] }, changed(values as unknown as Data, ["webhook"], UNKNOWN)]) {
      const { findings } = verdictOn([release(broken)], [noPrivilegedContainers]);
      assert.match(findings[0]?.message ?? "nothing found", /^undetermined: spec\.values cannot be turned into the chart's workloads/);
      assert.equal(findings[0]?.enforcement, "mandatory");
    }
  });

  it("are never silently none where the members of a list are not known", () => {
    const { findings } = verdictOn([{ apiVersion: "v1", kind: "List", items: UNKNOWN }], [noPrivilegedContainers]);
    assert.match(findings[0]?.message ?? "nothing found", /^undetermined/);
  });

  it("are what Rook runs for a Ceph resource", () => {
    const store = {
      apiVersion: "ceph.rook.io/v1",
      kind: "CephObjectStore",
      metadata: { name: "facility", namespace: "rook-ceph" },
      spec: { gateway: { instances: 2, resources: {}, placement: {}, priorityClassName: "x", port: 80 } },
    };
    assert.deepEqual(
      objectsOf(store).map(({ kind, name }) => `${kind} ${name}`),
      [
        "CephObjectStore facility",
        "Deployment rook-ceph-rgw-facility-a",
        "PodDisruptionBudget rook-ceph-rgw-facility",
        "Service rook-ceph-rgw-facility",
      ],
    );
  });

  it("are of a kind only with its API group: the same word in another group is another kind", () => {
    const [service] = objectsOf({ apiVersion: "serving.knative.dev/v1", kind: "Service" });
    assert.ok(service);
    assert.equal(is(service, "v1", "Service"), false);
    assert.ok(is(service, "serving.knative.dev/v1", "Service"));
    assert.ok(is(service, "serving.knative.dev/*", "Service"));
    assert.equal(is(service, "serving.knative/*", "Service"), false);
  });

  it("get no defaults from a LimitRange of another group, and no bound from its ResourceQuota", () => {
    const found = (rule: Rule, objects: readonly Data[]) => verdictOn(objects, [rule]).findings.map(({ object }) => object.kind);
    const foreign = (object: Data): Data => ({ ...object, apiVersion: "example.org/v1" });
    const bare = workload("Deployment", { containers: [{ name: "main" }] });
    assert.deepEqual(found(containersAskForResources, [foreign(LIMIT_RANGE), bare]), ["Deployment", "Deployment", "Deployment"]);
    assert.deepEqual(found(containersAskForResources, [LIMIT_RANGE, bare]), []);
    assert.deepEqual(found(namespacesHaveQuota, [NAMESPACE, foreign(QUOTA)]), ["Namespace"]);
    assert.deepEqual(found(namespacesHaveQuota, [NAMESPACE, QUOTA]), []);
  });

  it("are named by kind and name; a custom resource of the kind Stack is not the whole stack", () => {
    assert.equal(objectName({ apiVersion: "pulumi.com/v1", kind: "Stack", namespace: "work", name: "x" }), "Stack work/x");
    assert.equal(objectName(WHOLE_STACK), "the stack");
  });

  it("are resources by their token, whatever they call themselves; a Patch is what it patches", () => {
    const { metadata, spec } = workload("Deployment", privileged);
    for (const type of ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:DeploymentPatch"]) {
      const objects = objectsOfResource(type, { apiVersion: "v1", kind: "ConfigMap", metadata, spec }, "urn");
      assert.deepEqual(
        judge([noPrivilegedContainers], objects, { site: undefined }).findings.map(({ object }) => object.kind),
        ["Deployment"],
      );
    }
    const bare = objectsOfResource(
      "kubernetes:apps/v1:DeploymentPatch",
      { metadata, spec: { template: { spec: { containers: [{ name: "main" }] } } } },
      "urn",
    );
    assert.deepEqual(
      judge([noPrivilegedContainers], bare, { site: undefined }).findings,
      [],
      "what a patch leaves out may be there already",
    );
  });

  it("are nothing of a resource that is no Kubernetes object", () => {
    for (const type of ["random:index/randomPassword:RandomPassword", "pulumi:providers:kubernetes", "af:hub:Hub"])
      assert.deepEqual(objectsOfResource(type, {}, "urn"), []);
  });

  it("keep going whatever they hold", () => {
    for (const odd of [
      null,
      1,
      "text",
      [],
      {},
      { kind: 1 },
      { kind: "Pod", metadata: "x" },
      { kind: "List", items: ["x"] },
      { apiVersion: "v1", kind: "Pod", metadata: { name: 1 } },
    ])
      assert.ok(Array.isArray(verdictOn([odd as unknown as Data]).findings));
  });
});
