import assert from "node:assert/strict";
import { plain, Secret, Unknown, type PropertyMap } from "#af/sandbox/plugins/properties";
import { configMap, failure, field, namespace, RealProvider, urn } from "./real-provider";

describe("kubernetes provider on a real API server", function () {
  this.timeout(120_000);
  const real = new RealProvider();
  before(async function () {
    await real.start(this);
  });
  after(() => real.stop());

  it("creates, updates and deletes an object, and drops fields that the program drops", async () => {
    const made = await real.make("core/v1:ConfigMap", configMap("life", { a: "1", b: "2" }));
    assert.equal(made.id, `${namespace}/life`);
    assert.match(String(field(made.outputs, "metadata", "uid")), /^[0-9a-f-]{36}$/);
    await real.change(made, configMap("life", { a: "3" }));
    assert.deepEqual(await real.dataOf("life"), { a: "3" });
    await real.drop(made);
    assert.equal(await real.live("configmaps", "life"), undefined);
    await real.drop(made);
  });

  it("refuses to take over an object that exists, unless told to", async () => {
    await real.make("core/v1:ConfigMap", configMap("taken"));
    await assert.rejects(
      real.make("core/v1:ConfigMap", configMap("taken", { a: "2" })),
      failure(/ConfigMap plugins\/taken already exists.*Import it \(resource option import: "plugins\/taken"\)/s),
    );
    assert.deepEqual(await real.dataOf("taken"), { a: "1" });
    await real.make("core/v1:ConfigMap", configMap("taken", { b: "2" }), real.configured({ upsertExistingObjects: "true" }));
    assert.deepEqual(await real.dataOf("taken"), { a: "1", b: "2" });
  });

  it("finishes what an interrupted run of the same resource has begun", async () => {
    await real.make("core/v1:ConfigMap", configMap("begun"), real.provider, 0, "begun");
    real.heard.length = 0;
    await real.make("core/v1:ConfigMap", configMap("begun", { a: "2" }), real.provider, 0, "begun");
    assert.deepEqual(await real.dataOf("begun"), { a: "2" });
    assert.match(real.heard.join(), /ConfigMap plugins\/begun was made by an earlier run that did not finish; it is taken over/);
  });

  it("writes nothing in a preview, and shows what the server would make of it", async () => {
    const made = await real.make("core/v1:ConfigMap", configMap("seen"));
    const before = (await real.live("configmaps", "seen"))?.["metadata"];
    const preview = { timeout: 0, preview: true };
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "dry", namespace }, spec: { ports: [{ port: 80 }] } };
    const { id, outputs } = await real.provider.create({ urn: urn("core/v1:Service"), inputs: service, ...preview });
    assert.deepEqual([id, field(outputs, "spec", "type"), outputs["status"]], ["", "ClusterIP", undefined]);
    // A replacement's object still stands under its name.
    const again = await real.provider.create({ urn: urn("core/v1:ConfigMap"), inputs: configMap("seen"), ...preview });
    assert.equal(field(again.outputs, "metadata", "name"), "seen");
    assert.equal(field(await real.change(made, configMap("seen", { a: "2" }), preview), "data", "a"), "2");
    assert.equal(await real.live("services", "dry"), undefined);
    assert.deepEqual((await real.live("configmaps", "seen"))?.["metadata"], before);
    const unknown = { ...configMap("later"), data: { a: new Unknown() } };
    assert.deepEqual((await real.provider.create({ urn: urn("core/v1:ConfigMap"), inputs: unknown, ...preview })).outputs, unknown);
  });

  it("shows in a preview what the server would refuse, and only that", async () => {
    const preview = (type: string, inputs: PropertyMap) =>
      Promise.resolve(real.provider.create({ urn: urn(type), inputs, timeout: 0, preview: true }));
    const wrong = { apiVersion: "v1", kind: "Service", metadata: { name: "wrong", namespace }, spec: { ports: [{ port: 99999 }] } };
    await assert.rejects(
      preview("core/v1:Service", wrong),
      failure(/Service plugins\/wrong was not accepted by the API server: .*spec\.ports\[0\]\.port: Invalid value: 99999/s),
    );
    for (const inputs of [
      { ...configMap("x"), metadata: { name: "x", namespace: "made-in-the-same-run" } },
      { apiVersion: "not.there/v1", kind: "Nothing", metadata: { name: "x", namespace } },
    ]) {
      assert.deepEqual((await preview("core/v1:ConfigMap", inputs)).outputs, inputs);
    }
  });

  it("patches an object and gives its fields up again", async () => {
    await real.make("core/v1:ConfigMap", configMap("patched"));
    const patch = await real.make("core/v1:ConfigMapPatch", configMap("patched", { b: "2" }));
    assert.deepEqual(await real.dataOf("patched"), { a: "1", b: "2" });
    await real.change(patch, configMap("patched", { c: "3" }));
    assert.deepEqual(await real.dataOf("patched"), { a: "1", c: "3" });
    await real.drop(patch);
    assert.deepEqual(await real.dataOf("patched"), { a: "1" });
  });

  it("neither makes what it should patch, nor minds that it is gone", async () => {
    const missing = configMap("nobody", { b: "2" });
    await assert.rejects(
      real.make("core/v1:ConfigMapPatch", missing),
      failure(/ConfigMap plugins\/nobody does not exist, so there is nothing to patch/),
    );
    const object = await real.make("core/v1:ConfigMap", configMap("nobody"));
    const patch = await real.make("core/v1:ConfigMapPatch", missing);
    await real.drop(object);
    await assert.rejects(
      real.change(patch, configMap("nobody", { c: "3" })),
      failure(/no longer exists in the cluster; run pulumi refresh/),
    );
    await real.drop(patch);
    assert.equal(await real.live("configmaps", "nobody"), undefined);
  });

  it("names the other manager in a conflict, and takes over only where it is told to", async () => {
    await real.make("core/v1:ConfigMap", configMap("disputed"));
    const contested = configMap("disputed", { a: "2" });
    await assert.rejects(
      real.make("core/v1:ConfigMapPatch", contested),
      failure(
        /conflicts with other field managers:\n {2}\.data\.a: conflict with "pulumi-kubernetes-[0-9a-f]{8}".*pulumi\.com\/patchForce: "true"/s,
      ),
    );
    assert.deepEqual(await real.dataOf("disputed"), { a: "1" });
    await real.make("core/v1:ConfigMapPatch", configMap("disputed", { a: "2" }, { annotations: { "pulumi.com/patchForce": "true" } }));
    assert.deepEqual(await real.dataOf("disputed"), { a: "2" });
  });

  it("leaves fields under ignoreChanges to whoever owns them", async () => {
    const made = await real.make("core/v1:ConfigMap", configMap("ignored", { a: "1", b: "1" }));
    const patch = configMap("ignored", { a: "autoscaler" }, { annotations: { "pulumi.com/patchForce": "true" } });
    await real.make("core/v1:ConfigMapPatch", patch);
    await real.change(made, configMap("ignored", { a: "1", b: "2" }), { ignoreChanges: ["data.a"] });
    assert.deepEqual(await real.dataOf("ignored"), { a: "autoscaler", b: "2" });
  });

  it("hides a Secret's data and reads it back on a refresh", async () => {
    const inputs: PropertyMap = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "hidden", namespace },
      stringData: new Secret({ token: "s3cret" }),
    };
    const made = await real.make("core/v1:Secret", inputs);
    assert.ok(made.outputs["data"] instanceof Secret && made.inputs["stringData"] instanceof Secret);
    const request = { urn: urn("core/v1:Secret"), id: made.id, inputs: made.inputs, state: made.outputs };
    const fresh = await real.provider.read(request);
    assert.deepEqual(fresh?.inputs, made.inputs);
    await real.merge(`/api/v1/namespaces/${namespace}/secrets/hidden`, { stringData: { token: "changed" } });
    const drifted = await real.provider.read(request);
    assert.ok(drifted?.inputs["stringData"] instanceof Secret);
    assert.equal(field(plain(drifted?.inputs ?? {}), "stringData", "token"), "changed");
  });

  it("sees on a refresh what has gone, and imports what was never in the state", async () => {
    const made = await real.make("core/v1:ConfigMap", configMap("read"));
    const imported = await real.provider.read({ urn: urn("core/v1:ConfigMap"), id: made.id, inputs: {}, state: {} });
    assert.deepEqual(plain(imported?.inputs ?? {}), configMap("read"));
    assert.equal(await real.provider.read({ urn: urn("core/v1:ConfigMap"), id: `${namespace}/none`, inputs: {}, state: {} }), undefined);
    assert.equal(await real.provider.read({ urn: urn("gone.test/v1:Thing"), id: "x", inputs: {}, state: {} }), undefined);
  });
});
