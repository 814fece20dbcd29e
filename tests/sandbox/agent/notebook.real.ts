import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { findControlPlane } from "#af/sandbox/control-plane/control-plane";
import { GIVEN_PROVISIONER } from "#af/sandbox/given/given";
import { tied } from "#af/sandbox/processes";
import { onPath } from "#af/sandbox/tools/executable";
import { partsOf } from "#af/stacks/site/parts";
import { projectFolder } from "#af/stacks/site/project";
import { PYTHON, SNI_SITE, subjectOf } from "../../components/hub/subjects";
import { chartAtHand } from "../../support/charts-at-hand";
import { pythonEnvironment } from "../../support/python";
import { siteConfig, spoilt } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import type { ServerQuestion } from "../e2e/ask";
import type { Visit, Visited } from "./browser";
import { hubObjects } from "./hub-objects";
import { LIVE, type LivePod, liveToolsOrSkip, LiveSandbox } from "./live-pods";

/** Port of the cell's own address on which the login provider listens. */
const PROVIDER = "http://10.244.255.10:9400";

/** Where pictures of what the browser saw are kept, which no commit has. */
const PICTURES = path.join(projectFolder(), "node_modules", ".cache", "live-hub");

/*
 * The hub, its proxy and a user's server run from a site's own values, as the pods that they are. Its login is the site's kind of another
 * provider, because the site's is not on this machine; the scheduler for users and the pullers of images are off.
 */
describe("a hub whose pods run as processes, in a real browser", function () {
  this.timeout(900_000);
  const sandbox = new LiveSandbox("hub");
  let visited: Visited;

  before(async function () {
    const tools = await liveToolsOrSkip(this);
    const chromium = ["chromium", "chromium-browser", "google-chrome"].map((name) => onPath(name)).find((found) => found !== undefined);
    if (chromium === undefined) return skipped(this, "no chromium on PATH");
    const hubPython = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
    const userPython = await pythonEnvironment(this, path.join(__dirname, "user.txt"));
    const login = {
      ...{ kind: "oidc", service: "the laboratory", authorizeUrl: "https://a.test/auth", tokenUrl: "https://a.test/token" },
      ...{ userinfoUrl: "https://a.test/me", allowedGroups: ["/cms"], offlineAccess: false },
    };
    const subject = subjectOf(SNI_SITE, spoilt(siteConfig(SNI_SITE), ["hub", "login"], login));
    // The settings admit https alone; nothing leaves this machine.
    const values = JSON.parse(JSON.stringify(subject.hub).replaceAll("https://a.test", PROVIDER)) as typeof subject.hub;
    const off = { enabled: false };
    Object.assign(values.scheduling, { userScheduler: { ...values.scheduling.userScheduler, ...off } });
    Object.assign(values.prePuller, { hook: { ...values.prePuller.hook, ...off }, continuous: off });

    const folder = (python: string) => path.dirname(path.dirname(python));
    const { homeMountPath } = values.singleuser.storage;
    const user = subject.site.hub.identity;
    const images = {
      "quay.io/jupyterhub/k8s-hub": image(folder(hubPython.python), { user: 1000, group: 1000, workingDir: "/srv/jupyterhub" }),
      "quay.io/jupyterhub/configurable-http-proxy": {
        ...{ folders: [path.join(projectFolder(), "node_modules"), path.dirname(process.execPath)], user: 65534, group: 65534 },
        path: [path.join(projectFolder(), "node_modules", ".bin"), path.dirname(process.execPath)],
      },
      [values.singleuser.image.name]: image(folder(userPython.python), {
        env: { HOME: homeMountPath, USER: "cms-jovyan" },
        workingDir: homeMountPath,
        ...(user.kind === "fixed" && { user: user.uid, group: user.gid }),
      }),
    };
    await sandbox.startLive(tools, images);
    await sandbox.ask({ ask: "crds", groups: ["traefik.io"] });
    const objects = hubObjects(values, chartAtHand("jupyterhub"), tools.helm.path, sandbox.base);
    await sandbox.ask({ ask: "apply", objects: [...surroundings(subject, values), ...objects] });
    const isReady = ({ status }: LivePod): boolean =>
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
    const ready = (pods: readonly LivePod[]): boolean => pods.filter(isReady).length === 2;
    const all: ServerQuestion = { ask: "list", apiVersion: "v1", kind: "Pod", namespace: LIVE };
    try {
      await sandbox.until(all, ready, 120_000);
    } catch {
      assert.fail(await sandbox.account());
    }
    const front = await sandbox.ask<{ spec: { clusterIP: string } }>({ ask: "read", key: key("v1", "Service", "proxy-public") });
    fs.mkdirSync(PICTURES, { recursive: true });
    const visit: Visit = {
      ...{ chromium, host: subject.site.hub.host, front: front.spec.clusterIP, provider: PROVIDER, pictures: PICTURES },
      client: { id: "a-client", secret: "a-secret" },
    };
    visited = await inside<Visited>(sandbox, [
      process.execPath,
      "--require",
      "tsx/cjs",
      path.join(__dirname, "browser.ts"),
      JSON.stringify(visit),
    ]);
    console.log(`      pictures in ${PICTURES}`);
  });
  after(() => sandbox.remove());

  it("sends the user to the provider and takes the user back", () => {
    assert.deepEqual([visited.provider, visited.user], [PROVIDER, "ada"]);
  });

  it("starts a notebook that runs a cell and computes with Dask", () => {
    assert.match(visited.output, /^\s*the sum is 332833500 on 2 workers\s*$/);
  });

  it("shows the cluster's dashboard below the user's own address", () => {
    assert.match(visited.dashboard, /\/user\/ada\/proxy\/8787\/status$/);
    assert.match(visited.dashboardText, /Dask|Task Stream|Bytes Stored/i);
  });

  it("keeps what the user wrote, in the folder of the claim", () => {
    const claims = sandbox.folder.file("live/claims");
    const found = fs
      .readdirSync(claims, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ipynb") && !file.includes("checkpoint"));
    assert.equal(found.length, 1, found.join());
    assert.match(fs.readFileSync(path.join(claims, found[0] ?? ""), "utf8"), /the sum is 332833500/);
  });
});

function image(folder: string, more: object): object {
  // An environment has only links to the Python that it was made with.
  const base = path.dirname(path.dirname(fs.realpathSync(path.join(folder, "bin", "python"))));
  return { folders: [folder, ...(base === "/usr" ? [] : [base])], path: [path.join(folder, "bin")], env: { HOME: "/tmp" }, ...more };
}

function key(apiVersion: string, kind: string, name: string): ClusterObject {
  return { apiVersion, kind, metadata: { name, namespace: LIVE } };
}

/** What the rest of the facility gives the hub: rights, priorities, a storage class, a certificate, the client of the login, a host for users. */
function surroundings(subject: ReturnType<typeof subjectOf>, values: ReturnType<typeof subjectOf>["hub"]): readonly ClusterObject[] {
  const rights = Object.entries(partsOf(subject.site).hub.hub.objects).flatMap(([name, object]) =>
    name.startsWith("hub-rights") || name === "clients" ? [moved(object)] : [],
  );
  const [keyFile, certificate] = selfSigned(subject.site.hub.host);
  const { secret } = values.proxy.https;
  const priorities = [values.hub.extraPodSpec, values.singleuser.extraPodConfig].map(({ priorityClassName }) => priorityClassName);
  const classes = [values.hub.db.pvc.storageClassName, values.singleuser.storage.dynamic.storageClass];
  const login = Object.values(values.hub.extraEnv).flatMap((each) =>
    typeof each === "string" ? [] : (each.valueFrom?.secretKeyRef?.name ?? []),
  );
  const keys = (values.hub.extraVolumes ?? []).flatMap(({ secret: mounted }) => mounted?.secretName ?? []);
  const claims = values.singleuser.storage.extraVolumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  return [
    ...[...new Set(priorities)].map((name) => ({ ...key("scheduling.k8s.io/v1", "PriorityClass", name), value: 1 })),
    ...[...new Set(classes)].map((name) => ({ ...key("storage.k8s.io/v1", "StorageClass", name), provisioner: GIVEN_PROVISIONER })),
    ...claims.map((name) => ({
      ...key("v1", "PersistentVolumeClaim", name),
      spec: { accessModes: ["ReadOnlyMany"], resources: { requests: { storage: "1Gi" } }, storageClassName: classes[0] },
    })),
    key("v1", "ServiceAccount", "hub"),
    ...rights,
    { ...key("v1", "Secret", secret?.name ?? "none"), stringData: { "tls.key": keyFile, "tls.crt": certificate } },
    { ...key("v1", "Secret", login[0] ?? "none"), stringData: { "client-id": "a-client", "client-secret": "a-secret" } },
    ...keys.map((name) => ({ ...key("v1", "Secret", name), stringData: { facility: "a key that signs tokens" } })),
    { apiVersion: "v1", kind: "Node", metadata: { name: "host", labels: { "hub.jupyter.org/node-purpose": "user" } } },
  ];
}

/** The same object in the namespace of the test, whose subjects are there too. */
function moved(object: object): ClusterObject {
  const copy = structuredClone(object) as { metadata: { namespace?: string }; subjects?: { namespace?: string }[] };
  if (copy.metadata.namespace !== undefined) copy.metadata.namespace = LIVE;
  for (const each of copy.subjects ?? []) if (each.namespace !== undefined) each.namespace = LIVE;
  return copy as unknown as ClusterObject;
}

function selfSigned(host: string): readonly [key: string, certificate: string] {
  const made = execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${host}`, "-keyout", "-", "-out", "-"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  const at = made.indexOf("-----BEGIN CERTIFICATE");
  return [made.slice(0, at), made.slice(at)];
}

/** Runs a program inside the cell and returns what it prints last, as JSON. */
async function inside<T>(sandbox: LiveSandbox, command: readonly string[]): Promise<T> {
  const controlPlane = findControlPlane(sandbox.folder);
  const [program = "", ...args] = controlPlane?.join(tied(command, "TERM")) ?? [];
  const child = spawn(program, args, { cwd: projectFolder(), stdio: ["ignore", "pipe", "pipe"], timeout: 300_000 });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) assert.fail(`${out}\n${err}\n${await sandbox.account()}`);
  return JSON.parse(out.trim().split("\n").at(-1) ?? "") as T;
}
