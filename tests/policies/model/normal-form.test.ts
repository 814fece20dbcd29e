import assert from "node:assert/strict";
import fc from "fast-check";
import { judge } from "#af/policies/judge";
import { UNKNOWN } from "#af/policies/model/field";
import { normalForm } from "#af/policies/model/normal-form";
import { objectsOf, objectsOfResource } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import type { Finding } from "#af/policies/model/rules";
import { everyCase, type Judged } from "../every-case";
import type { Data } from "../manifests";
import { providerForm } from "../provider-form";
import { writtenOtherwise } from "../written-otherwise";

const cases = everyCase();

/** All that the rule says about objects, to the letter. */
function said({ rule, site, objects }: Judged, form: (object: Data) => Data): readonly Finding[] {
  return judge(
    [rule],
    objects.flatMap((object) => objectsOf(form(object))),
    { site },
  ).findings;
}

describe("the normal form of an object", () => {
  it("is judged by every rule, with and without a finding", () => {
    const refusing = cases.filter((each) => said(each, (object) => object).length > 0).map(({ rule }) => rule.name);
    // Options of resources are in no form of an object.
    const ofObjects = RULES.filter(({ ofOptions }) => !ofOptions).map(({ name }) => name);
    assert.deepEqual(
      ofObjects.filter((name) => !refusing.includes(name)),
      [],
    );
  });

  for (const each of cases)
    it(`${each.rule.name} says the same of what is written and of what the provider makes of it: ${each.title}`, () => {
      const expected = said(each, (object) => object);
      assert.deepEqual(said(each, providerForm), expected);
      fc.assert(
        fc.property(fc.nat(), (choice) => {
          const otherwise = (object: Data) => writtenOtherwise(object, choice);
          assert.deepEqual(said(each, otherwise), expected);
          assert.deepEqual(
            said(each, (object) => providerForm(otherwise(object))),
            expected,
          );
        }),
        { numRuns: 2 },
      );
    });
});

describe("the objects of a resource", () => {
  const objectOf = (type: string, properties: Data, name = "own") => {
    const [object] = objectsOfResource(type, properties, `urn:pulumi:site::af::${type}::${name}`);
    assert.ok(object);
    return object;
  };
  const named = (metadata: Data | undefined) => ({ ...(metadata && { metadata }) });

  it("have the namespace that they will have, whether the provider knows their kind or not", () => {
    const namespaceOf = (type: string, metadata?: Data) => objectOf(type, named(metadata)).namespace;
    for (const metadata of [undefined, {}, { namespace: null }, { namespace: "" }, { namespace: "default" }]) {
      assert.equal(namespaceOf("kubernetes:apps/v1:Deployment", metadata), "default");
      assert.equal(namespaceOf("kubernetes:cert-manager.io/v1:Certificate", metadata), "default");
      assert.equal(namespaceOf("kubernetes:cert-manager.io/v1:ClusterIssuer", metadata), "");
      assert.equal(namespaceOf("kubernetes:core/v1:NodePatch", metadata), "");
    }
    assert.equal(namespaceOf("kubernetes:apps/v1:Deployment", { namespace: "work" }), "work");
    assert.equal(objectOf("kubernetes:helm.sh/v3:Release", { chart: "x" }).namespace, "default");
  });

  it("have no name that the provider made up", () => {
    const made = { name: "own-0a1b2c3d", annotations: { "pulumi.com/autonamed": "true" } };
    const deployment = objectOf("kubernetes:apps/v1:Deployment", named(made));
    assert.equal(deployment.name, "");
    assert.deepEqual(deployment.root.raw(), objectOf("kubernetes:apps/v1:Deployment", named({})).root.raw());
    assert.equal(objectOf("kubernetes:helm.sh/v3:Release", { name: "own-0a1b2c3d" }).name, "");
    assert.equal(objectOf("kubernetes:helm.sh/v3:Release", { name: "own-0a1b2c3d" }, "other").name, "own-0a1b2c3d");
    assert.equal(objectOf("kubernetes:apps/v1:Deployment", named({ name: "own-0a1b2c3d" })).name, "own-0a1b2c3d");
  });
});

describe("the normal form", () => {
  const head = { apiVersion: "v1", kind: "Secret", metadata: { name: "secret" } };

  it("has what a Secret says in clear beside what it says in base64, and before it", () => {
    const encoded = { one: "MQ==", two: "Mg==" };
    assert.deepEqual(normalForm({ ...head, stringData: { one: "1" }, data: { one: "eA==", two: "Mg\n==" } }), { ...head, data: encoded });
    assert.deepEqual(normalForm({ ...head, stringData: {}, data: encoded }), { ...head, data: encoded });
    assert.deepEqual(normalForm({ ...head, stringData: UNKNOWN }), { ...head, data: UNKNOWN });
    assert.deepEqual(normalForm({ ...head, stringData: { one: UNKNOWN } }), { ...head, data: { one: UNKNOWN } });
  });

  it("keeps what is of a wrong type, so that a rule refuses it", () => {
    const spec = { replicas: [], hostPID: 0, hostPort: false, containers: "", minAvailable: [], hard: "", privileged: "", limits: 0 };
    const object = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "program" }, spec };
    assert.deepEqual(normalForm(object), object);
  });

  it("keeps what is empty and says something", () => {
    const spec = {
      replicas: 0,
      podSelector: {},
      storageClassName: "",
      automountServiceAccountToken: false,
      maxUnavailable: 0,
      emptyDir: {},
    };
    const object = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data", labels: { empty: "" } }, spec };
    assert.deepEqual(normalForm(object), object);
  });

  it("leaves a custom resource as it is, but for nulls", () => {
    const object = (spec: Data) => ({ apiVersion: "ceph.rook.io/v1", kind: "CephCluster", metadata: { name: "ceph" }, spec });
    assert.deepEqual(
      normalForm(object({ list: [], text: "", size: "1024Mi", none: null })),
      object({ list: [], text: "", size: "1024Mi" }),
    );
  });

  it("reads what has neither fields nor an apiVersion as it is", () => {
    for (const value of [null, 1, "text", [{ a: 1 }], UNKNOWN, { kind: "Secret", metadata: { uid: "x" }, spec: { hostPort: 0 } }])
      assert.deepEqual(normalForm(value), value);
    assert.deepEqual(normalForm([{ a: null }]), [{}]);
    assert.deepEqual(normalForm({ apiVersion: 1, hostPort: 0, a: null }), { apiVersion: 1, hostPort: 0 });
  });

  it("has no field of metadata that only the API server sets, whatever the kind", () => {
    const set = { creationTimestamp: "x", deletionGracePeriodSeconds: 1, deletionTimestamp: "x", generation: 1, managedFields: [1] };
    const metadata = { ...set, resourceVersion: "1", uid: "x", name: "a" };
    for (const apiVersion of ["v1", "apps/v1", "example.org/v1"]) {
      assert.deepEqual(normalForm({ apiVersion, kind: "Thing", metadata, spec: { metadata } }), {
        ...{ apiVersion, kind: "Thing", metadata: { name: "a" } },
        spec: { metadata },
      });
      assert.deepEqual(normalForm({ apiVersion, kind: "Thing", metadata: UNKNOWN }), { apiVersion, kind: "Thing", metadata: UNKNOWN });
    }
  });

  it("leaves out what says nothing in the groups of Kubernetes, and in no other", () => {
    const spec = (apiVersion: string) => (normalForm({ apiVersion, kind: "Thing", spec: { hostPort: 0 } }) as Data)["spec"];
    for (const group of ["apps", "batch", "policy", "autoscaling", "extensions", "networking.k8s.io", "flowcontrol.apiserver.k8s.io"])
      assert.deepEqual(spec(`${group}/v1`), {}, group);
    assert.deepEqual(spec("v1"), {});
    for (const group of ["example.org", "k8s.io", "xapps", "appsx", "metrics.k8s.io", "networkingxk8s.io", "gateway.networking.k8s.io"])
      assert.deepEqual(spec(`${group}/v1`), { hostPort: 0 }, group);
  });

  it("has of a field of a built-in kind only what says something", () => {
    const form = (fields: Data, kind = "Thing") => (normalForm({ apiVersion: "v1", kind, spec: fields }) as Data)["spec"];
    for (const [fields, expected, kind] of [
      [{ hostPort: 0, hostPID: false, image: "", ports: [] }, {}],
      [{ hostPort: 1, hostPID: true, image: "x", ports: [{}] }, undefined],
      [{ replicas: 0, privileged: false, storageClassName: "", other: [] }, undefined],
      [{ hostPort: false, hostPID: 0, image: 0, ports: "" }, undefined],
      [{ storageClassName: "" }, {}, "PersistentVolume"],
      [{ storageClassName: "", other: "" }, { other: "" }, "PersistentVolume"],
      // Lists are read element by element.
      [
        { containers: [{ image: "", ports: [{ hostPort: 0 }] }, "text", { a: UNKNOWN }] },
        { containers: [{ ports: [{}] }, "text", { a: UNKNOWN }] },
      ],
      // Keys of maps of texts are free, and an empty text is meant.
      [{ labels: { image: "", a: "b" }, nodeSelector: {} }, { labels: { image: "", a: "b" } }],
      [{ selector: { image: "" } }, undefined, "Service"],
      [{ selector: {} }, {}, "Service"],
      [{ selector: {} }, {}, "ReplicationController"],
      [{ selector: { image: "", matchLabels: {} } }, { selector: {} }, "Deployment"],
      [{ notSelector: { image: "" } }, { notSelector: {} }, "Service"],
      // Quantities are written in one way; what is none stays.
      [
        { limits: { cpu: "1000m", memory: "1024Mi", odd: "much", wrong: true } },
        { limits: { cpu: "1", memory: "1Gi", odd: "much", wrong: true } },
      ],
      [{ limits: {} }, {}],
      [{ sizeLimit: "1024Mi" }, { sizeLimit: "1Gi" }],
      [{ sizeLimit: 5 }, { sizeLimit: "5" }],
      [{ sizeLimit: "much" }, undefined],
      [{ sizeLimit: UNKNOWN }, undefined],
      [{ value: "1000m" }, { value: "1" }, "HorizontalPodAutoscaler"],
      [{ value: "1000m", other: "1000m" }, undefined, "ConfigMap"],
      [{ other: "1000m" }, undefined, "HorizontalPodAutoscaler"],
      [{ value: "" }, {}],
    ] as readonly (readonly [Data, Data | undefined, string?])[])
      assert.deepEqual(form(fields, kind), expected ?? fields, `${kind ?? ""} ${Object.keys(fields).join()}`);
  });

  it("encodes what a Secret says in clear, and only that of a Secret of the core group", () => {
    const stringData = { text: "\u00e9", number: 5 };
    assert.deepEqual(normalForm({ ...head, stringData }), { ...head, data: { text: "w6k=", number: 5 } });
    assert.deepEqual(normalForm({ ...head, data: { a: "TQ\r\n=\n=", b: 5 } }), { ...head, data: { a: "TQ==", b: 5 } });
    for (const empty of [head, { ...head, data: {} }, { ...head, data: null, stringData: null }]) assert.deepEqual(normalForm(empty), head);
    for (const other of [
      { ...head, kind: "ConfigMap", stringData },
      { ...head, apiVersion: "apps/v1", stringData },
    ])
      assert.deepEqual(normalForm(other), other);
    for (const spoilt of [{ stringData: "text" }, { data: "text", stringData }, { data: [], stringData }, { stringData: [] }])
      assert.deepEqual(normalForm({ ...head, ...spoilt }), { ...head, ...spoilt });
    assert.deepEqual(normalForm({ ...head, data: UNKNOWN, stringData }), { ...head, data: UNKNOWN });
  });

  it("is its own normal form", () => {
    for (const { objects } of cases) for (const object of objects) assert.deepEqual(normalForm(normalForm(object)), normalForm(object));
  });
});
