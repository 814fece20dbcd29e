import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { certificateSecret } from "#af/sandbox/controller/issue";
import { GIVEN_PROVISIONER } from "#af/sandbox/given/given";
import { filledRelease } from "#af/sandbox/live/hub-chart";
import { SAMPLE } from "#af/sandbox/live/data-server";
import { openHub, type OpenHub } from "#af/sandbox/live/open";
import { provideLive } from "#af/sandbox/live/provide";
import { hubRelease } from "#af/sandbox/live/site-programs";
import { onPath } from "#af/sandbox/tools/executable";
import { partsOf } from "#af/stacks/site/parts";
import { projectFolder, siteFile } from "#af/stacks/site/project";
import { Progress } from "#af/terminal/progress";
import { SNI_SITE, subjectOf } from "../../components/hub/subjects";
import { requirePrograms } from "../../support/programs";
import { siteConfig } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import type { ServerQuestion } from "../e2e/ask";
import { visit, type Visited } from "./browser";
import { type LivePod, liveToolsOrSkip, LiveSandbox } from "./live-pods";

/** Where pictures of what the browser saw are kept, which no commit has. */
const PICTURES = path.join(projectFolder(), "node_modules", ".cache", "live-hub");

/** Reads a file at the address that the server's environment names. */
const READ = `masses = !xrdcp -s root://$XCACHE_HOST:$XCACHE_PORT/${SAMPLE} -
print(len(masses), "events read from the cache")`;

/** A cluster in the server itself, as its image has nothing else on a machine without a batch system. */
const DASK = `import numpy
from distributed import Client, LocalCluster

def histogram(part):
    return numpy.histogram(part, bins=20, range=(71, 111))[0]

cluster = LocalCluster(n_workers=2, processes=False, dashboard_address=":8787")
client = Client(cluster)
parts = numpy.array_split([float(mass) for mass in masses], 40)
counts = sum(client.gather(client.map(histogram, parts)))
for low, count in zip(range(71, 111, 2), counts):
    print(f"{low:4} GeV {count:6} " + "█" * int(count // 100))
print("the sum is", counts.sum(), "on", len(client.scheduler_info()["workers"]), "workers")`;

/*
 * The hub of a site as `up --live` runs it: the same map of programs, the same chart, the same provider and the same door, without the rest
 * of the facility, which takes minutes to come up. What the rest gives the hub is made here.
 */
describe("a hub that a real browser opens", function () {
  this.timeout(900_000);
  const subject = subjectOf(SNI_SITE, siteConfig(SNI_SITE));
  const sandbox = new LiveSandbox(SNI_SITE);
  const release = hubRelease(subject.site);
  const { namespace } = release;
  let hub: OpenHub | undefined;
  let visited: Visited;

  before(async function () {
    const tools = await liveToolsOrSkip(this);
    const chromium = ["chromium", "chromium-browser", "google-chrome"].map((name) => onPath(name)).find((found) => found !== undefined);
    if (chromium === undefined) return skipped(this, "no chromium on PATH");
    requirePrograms(this, "xrootd", "xrdcp");
    const map = await provideLive(sandbox.folder, subject.site, new Progress(), new AbortController().signal).catch((error: unknown) =>
      skipped(this, (error as Error).message),
    );
    const controlPlane = await sandbox.start(tools, undefined, map);
    await sandbox.ask({ ask: "nodes", hosts: [{ name: "host", pool: "workers", controlPlane: false, cpu: 64, memory: 2 ** 37 }] });
    await sandbox.ask({ ask: "crds", groups: ["traefik.io"] });
    await sandbox.ask({ ask: "apply", objects: await surroundings(subject, namespace) });
    await sandbox.serve([release], filledRelease);
    await sandbox.install({ ...release, values: subject.hub });
    const isReady = ({ metadata, status }: LivePod): boolean =>
      ["hub", "proxy"].includes(metadata.labels?.["component"] ?? "") &&
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
    const all: ServerQuestion = { ask: "list", apiVersion: "v1", kind: "Pod", namespace };
    try {
      await sandbox.until<readonly LivePod[]>(all, (pods) => pods.filter(isReady).length === 2, 120_000);
      hub = await openHub(controlPlane, sandbox.folder, subject.site, siteFile(SNI_SITE));
      fs.mkdirSync(PICTURES, { recursive: true });
      const cells = [
        { code: READ, prints: /events read/ },
        { code: DASK, prints: /the sum is/ },
      ];
      visited = await visit({ chromium, url: hub.url, user: "ada", cells, pictures: PICTURES });
    } catch (error) {
      assert.fail(`${(error as Error).message}\n${await sandbox.account(namespace)}`);
    }
    console.log(`      pictures in ${PICTURES}`);
    // The README's picture: AF_PICTURE=docs/images/notebook.png npx mocha tests/sandbox/agent/notebook.real.ts
    const wanted = process.env["AF_PICTURE"];
    if (wanted !== undefined) fs.copyFileSync(path.join(PICTURES, "4-notebook.png"), wanted);
  });
  after(async () => {
    hub?.close();
    await sandbox.remove();
  });

  it("sends the user to the provider and takes the user back", () => {
    assert.notEqual(visited.provider, hub?.url);
    assert.match(visited.user, /^ada\b/);
  });

  it("starts a notebook whose cell reads a file at the address of the site's cache", () => {
    assert.match(visited.outputs[0] ?? "", /^\s*20000 events read from the cache\s*$/);
  });

  it("computes with Dask", () => {
    assert.match(visited.outputs[1] ?? "", /the sum is 1\d{4} on 2 workers\s*$/);
  });

  it("shows the cluster's dashboard below the user's own address", () => {
    assert.equal(visited.dashboard, `${hub?.url}/user/${visited.user}/proxy/8787/status`);
    assert.match(visited.dashboardText, /Dask|Task Stream|Bytes Stored/i);
  });

  it("keeps what the user wrote, in the folder of the claim", () => {
    const claims = sandbox.folder.file("live/claims");
    const found = fs
      .readdirSync(claims, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ipynb") && !file.includes("checkpoint"));
    assert.equal(found.length, 1, found.join());
    assert.match(fs.readFileSync(path.join(claims, found[0] ?? ""), "utf8"), /the sum is 1\d{4} on 2 workers/);
  });
});

/** What the rest of the facility gives the hub: rights, settings of clients, priorities, storage classes, a certificate, the client of the login, a host for users. */
async function surroundings({ site, hub: values }: ReturnType<typeof subjectOf>, namespace: string): Promise<readonly ClusterObject[]> {
  const key = (apiVersion: string, kind: string, name: string): ClusterObject => ({ apiVersion, kind, metadata: { name, namespace } });
  const rights = Object.entries(partsOf(site).hub.hub.objects).flatMap(([name, object]) =>
    name.startsWith("hub-rights") || object.kind === "ConfigMap" ? [object] : [],
  );
  const priorities = [values.hub.extraPodSpec, values.singleuser.extraPodConfig].map(({ priorityClassName }) => priorityClassName);
  const classes = [values.hub.db.pvc.storageClassName, values.singleuser.storage.dynamic.storageClass];
  const login = Object.values(values.hub.extraEnv).flatMap((each) =>
    typeof each === "string" ? [] : (each.valueFrom?.secretKeyRef?.name ?? []),
  );
  const keys = (values.hub.extraVolumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []);
  const claims = values.singleuser.storage.extraVolumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  const certificate = await certificateSecret({
    ...{ secret: values.proxy.https.secret?.name ?? "none", namespace, certificate: "hub", commonName: "", dnsNames: [site.hub.host] },
    ...{ issuer: { name: "any", kind: "Issuer", group: "cert-manager.io" }, authority: "self", algorithm: "ECDSA", size: 256 },
    ...{ encoding: "PKCS8", hours: 24, ca: false, labels: {}, annotations: {} },
  });
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    ...[...new Set(priorities)].map((name) => ({ ...key("scheduling.k8s.io/v1", "PriorityClass", name), value: 1 })),
    ...[...new Set(classes)].map((name) => ({ ...key("storage.k8s.io/v1", "StorageClass", name), provisioner: GIVEN_PROVISIONER })),
    ...claims.map((name) => ({
      ...key("v1", "PersistentVolumeClaim", name),
      spec: { accessModes: ["ReadOnlyMany"], resources: { requests: { storage: "1Gi" } }, storageClassName: classes[0] },
    })),
    ...(JSON.parse(JSON.stringify(rights)) as readonly ClusterObject[]),
    certificate,
    { ...key("v1", "Secret", login[0] ?? "none"), stringData: { "client-id": "a-client", "client-secret": "a-secret" } },
    ...keys.map((name) => ({ ...key("v1", "Secret", name), stringData: { facility: "a key that signs tokens" } })),
    { apiVersion: "v1", kind: "Node", metadata: { name: "host", labels: { "hub.jupyter.org/node-purpose": "user" } } },
  ];
}
