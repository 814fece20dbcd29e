import assert from "node:assert/strict";
import fc from "fast-check";
import { uniqueName, withAutoname } from "#af/sandbox/plugins/kubernetes/autoname";
import { checkpoint, liveInputs, markSecrets, parseCheckpoint, tidy } from "#af/sandbox/plugins/kubernetes/checkpoint";
import { isListType, isPatchType, kindOfType } from "#af/sandbox/plugins/kubernetes/patch-kinds";
import { objectId, parseId } from "#af/sandbox/plugins/kubernetes/objects";
import { hasSecret, plain, Secret, textOf, Unknown, type JsonObject, type PropertyMap } from "#af/sandbox/plugins/properties";

const seed = Uint8Array.from([1, 2, 3]);
const configMap = (metadata: PropertyMap): PropertyMap => ({ apiVersion: "v1", kind: "ConfigMap", metadata });

describe("automatic names", () => {
  it("are the resource's name and eight hex digits, repeatable from a seed", () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => assert.match(uniqueName("hub-", bytes), /^hub-[0-9a-f]{8}$/)));
    assert.equal(uniqueName("a-", seed), uniqueName("a-", seed));
    assert.notEqual(uniqueName("a-", new Uint8Array()), uniqueName("a-", new Uint8Array()));
  });

  it("are given to objects without a name, marked, and kept", () => {
    const first = withAutoname(configMap({ namespace: "hub" }), {}, "settings", seed);
    const { name, annotations } = plain(first)["metadata"] as JsonObject;
    assert.match(textOf(name), /^settings-[0-9a-f]{8}$/);
    assert.deepEqual(annotations, { "pulumi.com/autonamed": "true" });
    assert.deepEqual(withAutoname(configMap({ namespace: "hub" }), first, "settings", new Uint8Array()), first);
  });

  it("are not taken over from an object that had a given name", () => {
    const next = withAutoname(configMap({}), configMap({ name: "given" }), "settings", seed);
    assert.match(textOf((plain(next)["metadata"] as JsonObject)["name"]), /^settings-/);
  });

  it("are not given where there is a name, one to come, or one from the server", () => {
    for (const metadata of [{ name: "given" }, { name: new Unknown() }, { generateName: "job-" }] as PropertyMap[]) {
      assert.equal((withAutoname(configMap(metadata), {}, "r", seed)["metadata"] as PropertyMap)["name"], metadata["name"]);
    }
    const unknown = { ...configMap({}), metadata: new Unknown() };
    assert.equal(withAutoname(unknown, {}, "r", seed), unknown);
  });
});

describe("the state of an object", () => {
  const live = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "n", managedFields: [{ manager: "x" }] },
    data: { a: "Yg==" },
  };

  it("holds the live object, the inputs and the field manager, and gives them back", () => {
    const inputs: PropertyMap = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: new Secret({ a: "b" }) };
    const state = checkpoint(inputs, live, "pulumi-kubernetes-0");
    const parsed = parseCheckpoint(state);
    assert.deepEqual(parsed.inputs, inputs);
    assert.equal(parsed.fieldManager, "pulumi-kubernetes-0");
    assert.deepEqual(parsed.live, { ...live, metadata: { name: "s", namespace: "n" } });
    assert.equal(state["__initialApiVersion"], "v1");
  });

  it("hides the data of every Secret, whoever wrote it", () => {
    const state = checkpoint({ kind: "Secret" }, live, "m");
    assert.ok(state["data"] instanceof Secret && !hasSecret(state["metadata"]));
  });

  it("hides what was secret in the inputs, a list as a whole", () => {
    const outputs = { kind: "Pod", spec: { args: ["--token", "t"], image: "i", nested: { token: "t", other: 1 } } };
    const inputs: PropertyMap = {
      kind: "Pod",
      spec: { args: ["--token", new Secret("t")], image: "i", nested: { token: new Secret("t") } },
    };
    assert.deepEqual(markSecrets(outputs, inputs), {
      kind: "Pod",
      spec: { args: new Secret(["--token", "t"]), image: "i", nested: { token: new Secret("t"), other: 1 } },
    });
  });

  it("is refreshed in the fields of the program only", () => {
    const inputs = { spec: { replicas: 1, list: [{ a: 1 }], empty: {} }, metadata: { labels: { a: "1" } } };
    const drifted: JsonObject = {
      spec: { replicas: 3, extra: true, list: [{ a: 2, b: 3 }, { a: 9 }] },
      metadata: { labels: { a: "1", b: "2" }, uid: "u" },
      status: {},
    };
    assert.deepEqual(liveInputs(drifted, inputs), { spec: { replicas: 3, list: [{ a: 2 }], empty: {} }, metadata: { labels: { a: "1" } } });
  });

  it("finds the text of a Secret again in its data", () => {
    const inputs = { kind: "Secret", stringData: { a: "b", gone: "x" } };
    assert.deepEqual(liveInputs({ ...live, data: { a: Buffer.from("changed").toString("base64") } }, inputs), {
      kind: "Secret",
      stringData: { a: "changed" },
    });
  });

  it("keeps the API server's spelling of keys, and no nulls", () => {
    const schema = { a: null, list: [{ x_kubernetes_int_or_string: true }], other_key: new Secret({ b: null, c: 1 }) };
    assert.deepEqual(tidy(schema), { list: [{ "x-kubernetes-int-or-string": true }], other_key: new Secret({ c: 1 }) });
  });
});

describe("ids and types", () => {
  it("take an id apart as it was made", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
    fc.assert(
      fc.property(label, fc.option(label, { nil: "" }), (name, namespace) => {
        assert.deepEqual(parseId(objectId({ metadata: { name, namespace } })), { name, namespace });
      }),
    );
  });

  it("know Patch and List kinds of Kubernetes itself from custom kinds", () => {
    assert.ok(isPatchType("kubernetes:core/v1:NodePatch") && isPatchType("kubernetes:rbac.authorization.k8s.io/v1:RolePatch"));
    assert.ok(!isPatchType("kubernetes:demo.example.org/v1:NodePatch") && !isPatchType("kubernetes:core/v1:Node"));
    assert.ok(isListType("kubernetes:core/v1:ConfigMapList") && !isListType("kubernetes:demo.example.org/v1:AllowList"));
    assert.deepEqual(kindOfType("kubernetes:core/v1:NodePatch"), { apiVersion: "v1", kind: "Node" });
    assert.deepEqual(kindOfType("kubernetes:apps/v1:Deployment"), { apiVersion: "apps/v1", kind: "Deployment" });
  });
});
