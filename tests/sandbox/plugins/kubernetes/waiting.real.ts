import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { metallb } from "#af/components/charts/metallb";
import { PartialFailure } from "#af/sandbox/plugins/failure";
import { plain, type JsonObject } from "#af/sandbox/plugins/properties";
import { configMap, failure, field, namespace, RealProvider } from "./real-provider";

describe("waiting of the kubernetes provider on a real API server", function () {
  this.timeout(120_000);
  const real = new RealProvider();
  before(async function () {
    await real.start(this);
  });
  after(() => real.stop());

  const definition = (plural: string, kind: string): JsonObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.plugins.test` },
    spec: {
      group: "plugins.test",
      scope: "Namespaced",
      names: { plural, kind },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  });
  const crd = "apiextensions.k8s.io/v1:CustomResourceDefinition";

  it("waits for a definition that comes while its object is being made", async () => {
    const gadget = { apiVersion: "plugins.test/v1", kind: "Gadget", metadata: { name: "g", namespace }, spec: { size: 1 } };
    const object = real.make("plugins.test/v1:Gadget", gadget);
    await sleep(300);
    await real.make(crd, definition("gadgets", "Gadget"));
    assert.equal((await object).id, `${namespace}/g`);
  });

  it("says what is missing for a kind that nobody defines", async () => {
    const thing = { apiVersion: "nobody.test/v1", kind: "Thing", metadata: { name: "t", namespace } };
    await assert.rejects(
      real.make("nobody.test/v1:Thing", thing),
      failure(/the API server has no kind Thing in nobody\.test\/v1.*CustomResourceDefinition.*dependsOn/s),
    );
  });

  it("waits for pulumi.com/waitFor, records what did not come, and finishes on the next run", async () => {
    await real.make(crd, definition("widgets", "Widget"));
    const widget = (seconds: string): JsonObject => ({
      apiVersion: "plugins.test/v1",
      kind: "Widget",
      metadata: {
        name: "w",
        namespace,
        annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready", "pulumi.com/timeoutSeconds": seconds },
      },
    });
    const error: unknown = await real.make("plugins.test/v1:Widget", widget("1")).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof PartialFailure, String(error));
    assert.match(
      error.message,
      /Widget plugins\/w exists, but was not ready after 1 s; still waiting for: \{\.status\.phase\}=Ready \(not there yet\)/,
    );
    const made = { id: error.id, outputs: error.outputs, inputs: widget("1"), type: "plugins.test/v1:Widget" };
    const update = real.change(made, widget("60"));
    await sleep(200);
    const path = `/apis/plugins.test/v1/namespaces/${namespace}/widgets/w/status`;
    await real.merge(path, { status: { phase: "Ready" } });
    assert.equal(field(await update, "status", "phase"), "Ready");
  });

  it("says why pods of a workload do not run", async () => {
    const labels = { app: "unplaced" };
    const deployment: JsonObject = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "unplaced", namespace },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "none.test/none:1" }] } },
      },
    };
    const error: unknown = await real.make("apps/v1:Deployment", deployment, real.provider, 4).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof PartialFailure, String(error));
    assert.match(error.message, /was not ready after 4 s; still waiting for: 1 ready replicas \(has 0\)/);
    assert.match(error.reasons.join("\n"), /pod unplaced-\S+: not placed on a node: no nodes available to schedule pods/);
    const skipping = { ...deployment, metadata: { name: "unwaited", namespace, annotations: { "pulumi.com/skipAwait": "true" } } };
    assert.equal((await real.make("apps/v1:Deployment", skipping)).id, `${namespace}/unwaited`);
  });

  it("waits for quotas and claims as far as they can come", async () => {
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "q", namespace },
      spec: { hard: { "limits.memory": "1024Gi" } },
    };
    assert.equal(field((await real.make("core/v1:ResourceQuota", quota)).outputs, "status", "hard", "limits.memory"), "1Ti");
    const storage = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "late" },
      provisioner: "none.test/none",
      volumeBindingMode: "WaitForFirstConsumer",
    };
    await real.make("storage.k8s.io/v1:StorageClass", storage);
    const claim = (name: string, storageClassName: string): JsonObject => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace },
      spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    assert.equal((await real.make("core/v1:PersistentVolumeClaim", claim("late", "late"))).id, `${namespace}/late`);
    await assert.rejects(
      real.make("core/v1:PersistentVolumeClaim", claim("never", "missing"), real.provider, 1),
      /storage class missing does not exist/,
    );
  });

  it("waits for a load balancer's address and for pods behind a Service", async () => {
    const service = (name: string, spec: JsonObject): JsonObject => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { ports: [{ port: 80 }], ...spec },
    });
    for (const spec of [{}, { clusterIP: "None", selector: { app: "x" } }] as JsonObject[]) {
      assert.ok((await real.make("core/v1:Service", service(`svc-${Object.keys(spec).length}`, spec))).id);
    }
    await assert.rejects(
      real.make("core/v1:Service", service("lonely", { selector: { app: "nobody" } }), real.provider, 1),
      /a pod with the labels of spec\.selector/,
    );
    const balanced = real.make("core/v1:Service", service("balanced", { type: "LoadBalancer" }), real.provider, 60);
    await sleep(500);
    const path = `/api/v1/namespaces/${namespace}/services/balanced/status`;
    const body = { status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } };
    await real.merge(path, body);
    assert.equal((await balanced).id, `${namespace}/balanced`);
  });

  it("waits until a deleted object is gone, and says what holds it", async () => {
    const made = await real.make("core/v1:ConfigMap", configMap("held", { a: "1" }, { finalizers: ["plugins.test/hold"] }));
    await assert.rejects(
      real.drop(made, 1),
      failure(/ConfigMap plugins\/held still exists 1 s after its deletion was asked for; it is held by .*finalizer plugins\.test\/hold/),
    );
    const deletion = real.drop(made, 60);
    await real.merge(`/api/v1/namespaces/${namespace}/configmaps/held`, { metadata: { finalizers: [] } });
    await deletion;
    assert.equal(await real.live("configmaps", "held"), undefined);
  });

  it("stops waiting when the engine cancels, and records what exists", async () => {
    const own = real.configured();
    const annotations = { "pulumi.com/waitFor": "condition=Never" };
    const creation = real.make("core/v1:ConfigMap", configMap("cancelled", {}, { annotations }), own).catch((thrown: unknown) => thrown);
    await sleep(1000);
    own.cancel?.();
    const error = await creation;
    assert.ok(error instanceof PartialFailure, String(error));
    assert.match(error.message, /exists, but was cancelled while waiting for: condition Never=True/);
  });

  it("keeps what may not be deleted, without what was put on it", async () => {
    const standing = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", labels: { "plugins.test/mark": "yes" } } };
    const made = await real.make("core/v1:Namespace", standing, real.configured({ upsertExistingObjects: "true" }));
    await real.drop(made);
    const { labels } = ((await real.cluster.get("/api/v1/namespaces/default")) as { metadata: { labels: JsonObject } }).metadata;
    assert.equal(labels["plugins.test/mark"], undefined);
  });

  it("passes the server's warnings on", async () => {
    real.heard.length = 0;
    await real.make("core/v1:Endpoints", { apiVersion: "v1", kind: "Endpoints", metadata: { name: "doors", namespace } });
    assert.match(real.heard.join(), /v1 Endpoints is deprecated/);
  });

  it("installs a chart's workloads for a Release and takes them away", async () => {
    const type = "helm.sh/v3:Release";
    const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "20m", memory: "32Mi" } };
    const values = { controller: { resources }, speaker: { resources }, frrk8s: { enabled: false } };
    const news = { chart: `oci://charts.test/${metallb.name}`, version: metallb.version, name: "edge", namespace, values, skipAwait: true };
    const made = await real.make(type, news);
    assert.equal(made.id, `${namespace}/edge`);
    assert.deepEqual(plain(made.outputs)["status"], {
      name: "edge",
      namespace,
      version: metallb.version,
      chart: "metallb",
      revision: 1,
      status: "deployed",
    });
    const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/edge-controller`;
    assert.ok((await real.cluster.get(deployment)) !== undefined);
    const impatient: unknown = await real.change(made, { ...news, skipAwait: false, timeout: 1 }).catch((thrown: unknown) => thrown);
    assert.ok(impatient instanceof PartialFailure, String(impatient));
    assert.match(impatient.message, /release plugins\/edge is installed, but .*not ready after 1 s: .*edge-controller/);
    assert.equal(field(plain(impatient.outputs), "status", "revision"), 2);
    await real.drop(made);
    await real.cluster.request("GET", deployment).then(
      ({ body }) => assert.ok(field(body, "metadata", "deletionTimestamp") !== undefined),
      (error: Error) => assert.match(error.message, /not found/),
    );
  });

  it("says what a Release asks for in vain", async () => {
    const news = { chart: "no-such-chart", version: "1", name: "edge", namespace };
    await assert.rejects(real.make("helm.sh/v3:Release", news), failure(/chart no-such-chart is not in the catalogue/));
  });
});
