import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { kubernetesProvider } from "#af/sandbox/plugins/kubernetes/provider";
import { readSettings } from "#af/sandbox/plugins/kubernetes/settings";
import { plain, Secret, textOf, Unknown, type PropertyMap } from "#af/sandbox/plugins/properties";
import type { Provider } from "#af/sandbox/plugins/provider";

const nobody = {
  apiVersion: "v1",
  kind: "Config",
  "current-context": "a",
  contexts: [{ name: "a", context: { cluster: "a", user: "a", namespace: "hub" } }],
};
/** Nothing listens on port 1. */
const kubeconfig = JSON.stringify({
  ...nobody,
  clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "a", user: {} }],
});
const messages: string[] = [];
const log = { message: (_: string, __: string, text: string): void => void messages.push(text), status: (): void => {} };
const provider = (args: PropertyMap): Provider => {
  const made = kubernetesProvider(log);
  void made.configure?.(args);
  return made;
};
const urn = (type: string): string => `urn:pulumi:s::p::kubernetes:${type}::r`;
const failure = (message: RegExp) => ({ name: "PluginFailure", message });

describe("kubernetes provider without a cluster", function () {
  this.timeout(60_000);

  it("previews what it is given, named and placed", async () => {
    const kubernetes = provider({ kubeconfig });
    const news = { apiVersion: "v1", kind: "ConfigMap", metadata: { annotations: null }, data: { a: new Secret("s") } };
    const { inputs } = await kubernetes.check({ urn: urn("core/v1:ConfigMap"), olds: {}, news, randomSeed: Uint8Array.from([1]) });
    const metadata = inputs["metadata"] as PropertyMap;
    assert.match(textOf(plain(metadata["name"])), /^r-[0-9a-f]{8}$/);
    assert.equal(metadata["namespace"], "hub");
    assert.ok((inputs["data"] as PropertyMap)["a"] instanceof Secret);
    const { id, outputs } = await kubernetes.create({ urn: urn("core/v1:ConfigMap"), inputs, timeout: 0, preview: true });
    assert.deepEqual([id, outputs], ["", inputs]);
  });

  it("knows which kinds have no namespace, also those that the program defines", async () => {
    const kubernetes = provider({ kubeconfig });
    const namespaceOf = async (type: string, news: PropertyMap): Promise<unknown> => {
      const { inputs } = await kubernetes.check({ urn: urn(type), olds: {}, news, randomSeed: new Uint8Array() });
      return (inputs["metadata"] as PropertyMap)["namespace"];
    };
    const named = { metadata: { name: "x" } };
    assert.equal(
      await namespaceOf("storage.k8s.io/v1:StorageClass", { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", ...named }),
      undefined,
    );
    const widget = { apiVersion: "demo.test/v1", kind: "Widget", ...named };
    assert.equal(await namespaceOf("demo.test/v1:Widget", widget), "hub");
    const spec = { group: "demo.test", scope: "Cluster", names: { kind: "Widget" } };
    await namespaceOf("apiextensions.k8s.io/v1:CustomResourceDefinition", {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      ...named,
      spec,
    });
    assert.equal(await namespaceOf("demo.test/v1:Widget", widget), undefined);
  });

  it("refuses to write, saying why the cluster cannot be used", async () => {
    const request = { urn: urn("core/v1:ConfigMap"), inputs: {}, timeout: 0, preview: false };
    await assert.rejects(
      async () => provider({ kubeconfig }).create(request),
      failure(/cluster is unreachable: https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/),
    );
    await assert.rejects(
      async () => provider({ kubeconfig: "no such file" }).create(request),
      failure(/the kubeconfig (cannot be used|has no cluster)/),
    );
    await assert.rejects(
      async () => provider({ kubeconfig, context: "b" }).create(request),
      failure(/the kubeconfig has no cluster for context "b"; its contexts: a/),
    );
  });

  it("forgets resources of a lost cluster only where it is told to", async () => {
    const gone = { urn: urn("core/v1:ConfigMap"), id: "a/b", state: {}, inputs: {}, timeout: 0 };
    const remedy = failure(/cluster is unreachable.*PULUMI_K8S_DELETE_UNREACHABLE=true/s);
    await assert.rejects(async () => provider({ kubeconfig }).delete(gone), remedy);
    await assert.rejects(async () => provider({ kubeconfig }).read(gone), remedy);
    await provider({ kubeconfig, deleteUnreachable: "true" }).delete(gone);
    assert.equal(await provider({ kubeconfig, deleteUnreachable: "true" }).read(gone), undefined);
    assert.match(messages.join(), /deleteUnreachable is set: the resource is only forgotten/);
  });

  it("leaves resources as they are where it may skip an unreachable cluster", async () => {
    const kubernetes = provider({ kubeconfig, skipUpdateUnreachable: "true" });
    const olds = { metadata: { name: "old" } };
    const { inputs } = await kubernetes.check({
      urn: urn("core/v1:ConfigMap"),
      olds,
      news: { metadata: { name: "new" } },
      randomSeed: new Uint8Array(),
    });
    assert.deepEqual(inputs, olds);
    const known = { urn: urn("core/v1:ConfigMap"), id: "a/b", state: { s: 1 }, inputs: olds };
    assert.deepEqual(await kubernetes.read(known), { id: "a/b", inputs: olds, outputs: { s: 1 } });
  });

  it("replaces itself only for another cluster identity", async () => {
    const diff = async (oldInputs: PropertyMap, news: PropertyMap): Promise<unknown> => {
      const result = await kubernetesProvider(log).diffConfig?.({
        urn: urn("x"),
        id: "",
        oldInputs,
        oldState: {},
        news,
        ignoreChanges: [],
      });
      return Object.fromEntries(result?.changes ?? []);
    };
    assert.deepEqual(await diff({ kubeconfig: "a", clusterIdentifier: "unl" }, { kubeconfig: "b", clusterIdentifier: "unl" }), {
      kubeconfig: "update",
    });
    assert.deepEqual(await diff({ clusterIdentifier: "one" }, { clusterIdentifier: "other" }), { clusterIdentifier: "update-replace" });
    assert.deepEqual(await diff({ kubeconfig: "a" }, { kubeconfig: new Unknown(), clusterIdentifier: "one" }), {
      kubeconfig: "update",
      clusterIdentifier: "add",
    });
  });

  it("refuses lists, nameless patches and options that it does not have", async () => {
    const kubernetes = provider({ kubeconfig });
    const check = (type: string, news: PropertyMap): Promise<unknown> =>
      Promise.resolve(kubernetes.check({ urn: urn(type), olds: {}, news, randomSeed: new Uint8Array() }));
    await assert.rejects(check("core/v1:ConfigMapList", {}), failure(/lists exist for YAML files only/));
    await assert.rejects(check("core/v1:NodePatch", { metadata: {} }), failure(/metadata\.name is missing; a patch must name the object/));
    assert.throws(
      () => readSettings({ enableServerSideApply: "false" }, {}),
      failure(/no enableServerSideApply: false: it only knows server-side apply/),
    );
    assert.throws(() => readSettings({ renderYamlToDirectory: "out" }, {}), failure(/no renderYamlToDirectory/));
    const raw = async (): Promise<unknown> =>
      kubernetesProvider(log).check({ urn: urn("core/v1:Node"), olds: {}, news: {}, randomSeed: new Uint8Array() });
    await assert.rejects(raw, failure(/before it was configured/));
  });

  it("reads its kubeconfig from text, a path or the environment's usual place, and never quotes it", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kube config "));
    const file = path.join(folder, "config");
    fs.writeFileSync(file, kubeconfig);
    try {
      for (const given of [kubeconfig, file]) assert.equal(readSettings({ kubeconfig: given }, {}).namespace, "hub");
      assert.equal(readSettings({ kubeconfig: file, namespace: "other" }, {}).namespace, "other");
      const { unreachable } = readSettings({ kubeconfig: "token: s3cret\n  : [" }, {});
      assert.match(unreachable, /the kubeconfig cannot be used/);
      assert.doesNotMatch(unreachable, /s3cret/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("takes flags from the environment where the program gives none", () => {
    assert.equal(readSettings({ kubeconfig }, { PULUMI_K8S_DELETE_UNREACHABLE: "true" }).deleteUnreachable, true);
    assert.equal(
      readSettings({ kubeconfig, deleteUnreachable: "false" }, { PULUMI_K8S_DELETE_UNREACHABLE: "true" }).deleteUnreachable,
      false,
    );
    assert.equal(readSettings({ kubeconfig }, {}).secretMutable, true);
  });

  it("warns of Helm hooks, which nobody executes, unless told not to", async () => {
    const hooked = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", annotations: { "helm.sh/hook": "post-install" } } };
    const heard = async (args: PropertyMap): Promise<boolean> => {
      messages.length = 0;
      await provider(args).check({ urn: urn("core/v1:ConfigMap"), olds: {}, news: hooked, randomSeed: new Uint8Array() });
      return messages.some((text) => text.includes("Helm hooks are not executed"));
    };
    assert.deepEqual([await heard({ kubeconfig }), await heard({ kubeconfig, suppressHelmHookWarnings: "true" })], [true, false]);
  });
});

describe("releases", function () {
  this.timeout(60_000);
  const type = "helm.sh/v3:Release";
  const check = (news: PropertyMap) => provider({ kubeconfig }).check({ urn: urn(type), olds: {}, news, randomSeed: new Uint8Array() });

  it("get a name, a namespace and Helm's own patience", async () => {
    const { inputs } = await check({ chart: "traefik" });
    assert.match(textOf(plain(inputs["name"])), /^r-[0-9a-f]{8}$/);
    assert.deepEqual([inputs["namespace"], inputs["timeout"]], ["hub", 300]);
    assert.equal((await check({ chart: "traefik", skipAwait: true })).inputs["timeout"], undefined);
  });

  it("are replaced for another name or namespace, else updated", async () => {
    const before = { name: "a", namespace: "n", values: { replicas: 1 } };
    const diff = async (news: PropertyMap): Promise<unknown> =>
      Object.fromEntries(
        (await provider({ kubeconfig }).diff({ urn: urn(type), id: "n/a", oldInputs: before, oldState: {}, news, ignoreChanges: [] }))
          .changes,
      );
    assert.deepEqual(await diff({ ...before, values: { replicas: 2 } }), { "values.replicas": "update" });
    assert.deepEqual(await diff({ ...before, name: "b" }), { name: "update-replace" });
    assert.deepEqual(await diff({ ...before, namespace: "m" }), { namespace: "update-replace" });
  });

  it("refuse arguments that need Helm itself", async () => {
    const { failures = [] } = await check({ chart: "traefik", atomic: true, postrender: "sed" });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["atomic", "postrender"],
    );
    assert.match(failures[0]?.reason ?? "", /has no Helm, so atomic cannot be honoured/);
  });
});
