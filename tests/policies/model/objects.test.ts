import assert from "node:assert/strict";
import fc from "fast-check";
import { certManagerValues } from "#af/components/platform/values";
import { UNKNOWN } from "#af/policies/model/field";
import { judge } from "#af/policies/judge";
import { inOrder, is, manifestOfResource, objectsOf, objectsOfResource, releaseOf, WHOLE_STACK } from "#af/policies/model/objects";
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

describe("the objects of a resource", () => {
  const options = { protect: true };

  it("stand for a manifest with the apiVersion and the kind of its token", () => {
    const properties = { apiVersion: "x/v1", kind: "X", spec: { a: 1 } };
    for (const [type, apiVersion, kind] of [
      ["kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"],
      ["kubernetes:apps/v1:DeploymentPatch", "apps/v1", "Deployment"],
      ["kubernetes:core/v1:ConfigMap", "v1", "ConfigMap"],
      ["kubernetes:score/v1:ConfigMap", "score/v1", "ConfigMap"],
      ["kubernetes:example.org/v1:PatchPanel", "example.org/v1", "PatchPanel"],
      ["kubernetes:nothelm.sh/v1:Release", "nothelm.sh/v1", "Release"],
    ] as const)
      assert.deepEqual(manifestOfResource(type, properties), { apiVersion, kind, spec: { a: 1 } }, type);
    assert.deepEqual(manifestOfResource("kubernetes:helm.sh/v3:Release", { name: "x", namespace: "work", chart: "c", values: {} }), {
      apiVersion: "helm.sh/v3",
      kind: "Release",
      metadata: { name: "x", namespace: "work" },
      spec: { chart: "c", values: {} },
    });
    for (const [type, of] of [
      ["my-kubernetes:apps/v1:Deployment", properties],
      ["kubernetes:apps/v1:Deployment::x", properties],
      ["kubernetes:apps/v1", properties],
      ["kubernetes:apps/v1:Deployment", "text"],
      ["kubernetes:apps/v1:Deployment", null],
      ["kubernetes:apps/v1:Deployment", undefined],
    ] as const)
      assert.equal(manifestOfResource(type, of), undefined, `${type} ${JSON.stringify(of)}`);
  });

  it("are partial only for a Patch, and have its URN and its options, which what a chart makes has not", () => {
    const deployment = workload("Deployment");
    const { metadata, spec } = release(values);
    const facts = (type: string, properties: Data) =>
      objectsOfResource(type, properties, "urn", options).map((object) => [object.kind, object.partial, object.urn, object.options]);
    assert.deepEqual(facts("kubernetes:apps/v1:Deployment", deployment), [["Deployment", false, "urn", options]]);
    assert.deepEqual(facts("kubernetes:apps/v1:DeploymentPatch", deployment), [["Deployment", true, "urn", options]]);
    assert.deepEqual(facts("kubernetes:example.org/v1:PatchPanel", { metadata }), [["PatchPanel", false, "urn", options]]);
    const [made, ...others] = facts("kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease", { metadata, spec });
    assert.deepEqual(made, ["HelmRelease", false, "urn", options]);
    assert.ok(others.length > 0);
    for (const other of others) assert.deepEqual(other.slice(1), [false, "urn", undefined]);
    const [plain] = objectsOfResource("kubernetes:apps/v1:Deployment", deployment, "urn");
    assert.ok(plain && !("options" in plain));
    assert.ok(
      objectsOf(release(values)).every((object) => !("urn" in object)),
      "a plain manifest has no URN",
    );
  });
});

describe("objects of lists", () => {
  it("have the kind of a list of the API server, unless they say one themselves or are no objects", () => {
    const kinds = (kind: string, ...items: readonly unknown[]) =>
      objectsOf({ apiVersion: "v1", kind, items }, "urn").map((object) => `${object.apiVersion} ${object.kind} ${String(object.urn)}`);
    const metadata = { name: "x" };
    assert.deepEqual(kinds("ServiceList", { metadata }), ["v1 Service urn"]);
    assert.deepEqual(kinds("ListListenerList", { metadata }), ["v1 ListListener urn"]);
    assert.deepEqual(kinds("List", { metadata }), ["  urn"]);
    assert.deepEqual(kinds("ServiceList", { metadata, kind: "Pod" }), [" Pod urn"]);
    assert.deepEqual(kinds("ServiceList", { metadata, apiVersion: "v2" }), ["v2  urn"]);
    assert.deepEqual(kinds("ServiceList", "text", ["list"], null), ["  urn", "  urn", "  urn"]);
    assert.deepEqual(kinds("Service"), ["v1 Service urn"]);
    assert.deepEqual(kinds("ServiceList"), [], "an empty list has no member");
    assert.deepEqual(
      objectsOf({ apiVersion: "v1", kind: "ServiceList" }).map(({ kind }) => kind),
      ["ServiceList"],
      "and what has no items is no list",
    );
  });
});

describe("releases", () => {
  const facts = (object: Data) => {
    const found = releaseOf(objectsOf(object)[0] ?? assert.fail());
    return found && [found.chart, found.version, found.name, found.namespace, found.values.path];
  };

  it("are those of Flux and of Pulumi's own Helm client", () => {
    const flux = release({ a: 1 });
    assert.deepEqual(facts(flux), ["cert-manager", "v1.21.2", "cm", "work", "spec.values"]);
    assert.deepEqual(facts(changed(changed(flux, ["spec", "releaseName"], undefined), ["spec", "targetNamespace"], "other")), [
      ...["cert-manager", "v1.21.2", "issuer", "other", "spec.values"],
    ]);
    const own = (chart?: string): Data => ({
      apiVersion: "helm.sh/v3",
      kind: "Release",
      metadata: { name: "x", namespace: "work" },
      spec: { version: "1", ...(chart !== undefined && { chart }) },
    });
    for (const chart of ["minio", "oci://example.org/charts/minio"])
      assert.deepEqual(facts(own(chart)), ["minio", "1", "x", "work", "spec.values"]);
    assert.deepEqual(facts(own()), [undefined, "1", "x", "work", "spec.values"]);
    for (const other of [
      { ...own(), kind: "Chart" },
      { ...own(), apiVersion: "example.org/v1" },
      { ...flux, kind: "Release" },
    ])
      assert.equal(facts(other), undefined);
  });

  it("make what is named after them, and nothing where the catalogue has no such chart", () => {
    const origins = (object: Data) => [...new Set(objectsOf(object).flatMap(({ origin }) => (origin ? [JSON.stringify(origin)] : [])))];
    const origin = (by: string) => [JSON.stringify({ by, chart: "cert-manager", release: "cm" })];
    assert.deepEqual(origins(release(values)), origin("HelmRelease work/issuer"));
    assert.deepEqual(origins(changed(release(values), ["metadata", "namespace"], undefined)), origin("HelmRelease issuer"));
    assert.ok(origins(release(undefined)).length > 0, "the chart's own values count");
    for (const chart of ["minio", "", undefined]) {
      const foreign = objectsOf(changed(release(values), ["spec", "chart", "spec", "chart"], chart));
      assert.deepEqual(
        foreign.map(({ kind, obstacle }) => [kind, obstacle]),
        [["HelmRelease", undefined]],
      );
    }
  });

  it("make the pods that programs of the chart start, too", () => {
    const hub = { ...release({}), spec: { chart: { spec: { chart: "jupyterhub" } }, values: {} } };
    const kinds = objectsOf(hub).map(({ kind }) => kind);
    assert.ok(kinds.includes("Deployment") && kinds.includes("PodTemplate"), kinds.join());
  });
});

describe("objects in one order", () => {
  it("are ordered by kind, namespace, name, apiVersion and URN, whatever the order in which they come", () => {
    const object = (kind: string, namespace: string, name: string, apiVersion: string, urn?: string) =>
      objectsOf({ apiVersion, kind, metadata: { namespace, name } }, urn)[0] ?? assert.fail();
    const ordered = [
      object("A", "b", "b", "v2", "u2"),
      object("B", "a", "b", "v2", "u2"),
      object("B", "b", "a", "v2", "u2"),
      object("B", "b", "b", "v1", "u2"),
      object("B", "b", "b", "v2"),
      object("B", "b", "b", "v2", "u1"),
      object("B", "b", "b", "v2", "u2"),
      object("Ba", "", "", ""),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(ordered, { minLength: ordered.length }), (given) => {
        assert.deepEqual(inOrder(given), ordered);
      }),
    );
  });
});
