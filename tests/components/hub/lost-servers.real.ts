import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import * as path from "node:path";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { chartAtHand } from "../../support/charts-at-hand";
import { requireModule } from "../../support/go-module";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { siteConfig } from "../../support/site-config";
import { controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";
import { HookedCluster } from "./hooked-cluster";
import { RunningHub } from "./running-hub";
import { PYTHON, SNI_SITE, subjectOf } from "./subjects";

/** Addresses of two pods: at the first one something answers, at the second one nothing does. */
const [ANSWERS, SILENT] = ["127.0.0.21", "127.0.0.22"];
/** Port of a user's server, in KubeSpawner and in the chart. */
const PORT = 8888;

type Pod = ClusterObject & { readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] } };

/** The real hub and KubeSpawner before a real API server. No kubelet runs: the test says of a pod what a kubelet would. */
describe("a server that is lost leaves the user's home and root, and nothing else", function () {
  this.timeout(300_000);
  const hub = new RunningHub();
  const token = "45".repeat(16);
  let cluster: HookedCluster;
  let environment: PythonEnvironment;
  const notebook = http.createServer((_, response) => response.end("{}"));

  before(async function () {
    environment = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
    const tools = await requireTools(this, ...controlPlaneTools);
    const traefik = await requireModule(this, { name: "github.com/traefik/traefik/v3", version: "v3.7.13" });
    const subject = subjectOf(SNI_SITE, siteConfig(SNI_SITE));
    cluster = new HookedCluster(environment, subject);
    await cluster.start(tools, traefik);
    notebook.listen(PORT, ANSWERS);
    await once(notebook, "listening");
    const real = { kubeconfig: cluster.kubeconfig, namespace: cluster.namespace, token, startTimeout: 60 };
    await hub.start(environment, subject, { dummy: true, chart: chartAtHand("jupyterhub"), real });
  });
  after(async () => {
    notebook.close();
    notebook.closeAllConnections();
    await hub.stop();
    await cluster?.stop();
  });
  afterEach(async () => cluster.clear());

  const ask = (method: string, what: string): Promise<Response> =>
    fetch(new URL(`hub/api/${what}`, hub.url), { method, headers: { authorization: `token ${token}` } });
  const pods = async (): Promise<readonly Pod[]> =>
    (await cluster.admin.list("v1", "Pod", { namespace: cluster.namespace })) as readonly Pod[];

  /** Orders a user's server, and says of its pod that it runs at an address. */
  async function runs(user: string, address: string): Promise<Pod> {
    await ask("POST", `users/${user}`);
    assert.match(String((await ask("POST", `users/${user}/server`)).status), /^20[12]$/);
    await cluster.until("a pod", async () => (await pods()).length === 1);
    const [pod = assert.fail()] = await pods();
    await cluster.admin.patchStatus(pod, {
      phase: "Running",
      podIP: address,
      podIPs: [{ ip: address }],
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: pod.spec.containers.map(({ name, image }) => ({
        name,
        image,
        imageID: image,
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
      })),
    });
    return pod;
  }

  /** What the hub says of a user's server: ready, still on its way, or none. */
  async function serverOf(user: string): Promise<"ready" | "pending" | "none"> {
    const { servers = {} } = (await (await ask("GET", `users/${user}`)).json()) as {
      servers?: Record<string, { ready: boolean } | undefined>;
    };
    const server = servers[""];
    return server === undefined ? "none" : server.ready ? "ready" : "pending";
  }

  async function onlyHomeAndRoot(user: string): Promise<void> {
    await cluster.until("the hub knows of no server", async () => (await serverOf(user)) === "none");
    await cluster.until("no pod", async () => (await pods()).length === 0);
    await cluster.until("only the root", async () => (await cluster.objects()).length === 1);
    const [root] = await cluster.objects();
    assert.match(`${root?.kind} ${root?.metadata.name}`, /^Secret daskroot-/);
    assert.equal((await cluster.admin.list("v1", "PersistentVolumeClaim", { namespace: cluster.namespace })).length, 1);
  }

  it("when it never answers", async () => {
    await runs("silent", SILENT);
    await onlyHomeAndRoot("silent");
  });

  it("when its pod is killed while it runs", async () => {
    const pod = await runs("killed", ANSWERS);
    await cluster.until("the server is ready", async () => (await serverOf("killed")) === "ready");
    assert.ok((await cluster.objects()).length > 1);
    await cluster.admin.delete(pod);
    await onlyHomeAndRoot("killed");
  });
});
