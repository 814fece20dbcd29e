import assert from "node:assert/strict";
import * as os from "node:os";
import * as path from "node:path";
import { X509Certificate } from "node:crypto";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { chartAtHand } from "../../support/charts-at-hand";
import { requireModule } from "../../support/go-module";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { siteConfig } from "../../support/site-config";
import { controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";
import { AWKWARD, type PodSpec, type RouteSpec, type Rule } from "./awkward-users";
import { HookedCluster, KINDS_OF_USERS, type Server, type Told } from "./hooked-cluster";
import { RunningHub } from "./running-hub";
import { PYTHON, SNI_SITE, subjectOf } from "./subjects";

const FIRST: Server = ["first.last@example.edu", ""];
const OLDER = "claim-first-2elast-40example-2eedu";

describe("the hook of the hub before a real API server", function () {
  this.timeout(300_000);
  let cluster: HookedCluster;
  let environment: PythonEnvironment;

  before(async function () {
    environment = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
    const tools = await requireTools(this, ...controlPlaneTools);
    const traefik = await requireModule(this, { name: "github.com/traefik/traefik/v3", version: "v3.7.13" });
    cluster = new HookedCluster(environment, subjectOf(SNI_SITE, siteConfig(SNI_SITE)));
    await cluster.start(tools, traefik);
  });
  after(async () => cluster?.stop());
  afterEach(async () => cluster.clear());

  async function ran(scenario: string, users: readonly Server[], more: object = {}): Promise<Told> {
    const told = await cluster.run(scenario, users, more);
    assert.equal(told.failed, undefined, told.log.join("\n"));
    return told;
  }

  const versions = async (): Promise<readonly string[]> =>
    (await cluster.objects()).map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`).sort();
  const ofKind = async (kind: string): Promise<readonly ClusterObject[]> => (await cluster.objects()).filter((each) => each.kind === kind);
  const stays = ({ kind, metadata }: ClusterObject): boolean => kind === "Secret" && metadata.name.startsWith("daskroot-");

  /** A certificate in a Secret of a user. */
  async function certificate(file: string, isRoot = false): Promise<X509Certificate> {
    const secret = (await ofKind("Secret")).find((each) => stays(each) === isRoot) ?? assert.fail(`no Secret with ${file}`);
    return new X509Certificate(Buffer.from((secret["data"] as Record<string, string>)[file] ?? "", "base64"));
  }

  it("gives every user and server, whatever their names, objects of their own that the API server takes, and the same ones again", async () => {
    await ran("prepare", AWKWARD);
    const [first, count] = [await versions(), AWKWARD.length];
    const users = new Set(AWKWARD.map(([user]) => user)).size;
    assert.equal((await ofKind("Secret")).length, count + users);
    assert.equal((await ofKind("Service")).length, count);
    assert.equal((await ofKind("IngressRouteTCP")).length, 2 * count);
    await ran("prepare", AWKWARD);
    assert.deepEqual(await versions(), first);
    const routes = (await ofKind("IngressRouteTCP")).map((route) => route["spec"] as RouteSpec);
    const hosts = routes.map(({ routes: [route] }) => /^HostSNI\(`([^`]+)`\)$/.exec(route.match)?.[1] ?? assert.fail(route.match));
    assert.equal(new Set(hosts).size, 2 * count);
    for (const host of hosts) for (const label of host.split(".")) assert.match(label, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    for (const { tls } of routes) assert.deepEqual(tls, { passthrough: true });
  });

  it("makes the pod the owner of all but the root, selects that pod, and mounts the Secret whole", async () => {
    const { pods = [] } = await ran("start", AWKWARD.slice(0, 6));
    const running = await cluster.admin.list("v1", "Pod", { namespace: cluster.namespace });
    assert.equal(running.length, 6);
    for (const pod of running) {
      const mine = (await cluster.objects()).filter(({ metadata }) =>
        JSON.stringify(metadata.ownerReferences ?? []).includes(pod.metadata.uid ?? ""),
      );
      assert.deepEqual(mine.map(({ kind }) => kind).sort(), ["IngressRouteTCP", "IngressRouteTCP", "Secret", "Service"], pod.metadata.name);
      const { selector } = mine.find(({ kind }) => kind === "Service")?.["spec"] as { selector: Record<string, string> };
      const selected = running.filter(({ metadata }) =>
        Object.entries(selector).every(([label, value]) => metadata.labels?.[label] === value),
      );
      assert.deepEqual(
        selected.map(({ metadata }) => metadata.name),
        [pod.metadata.name],
      );
      const spec = pod["spec"] as PodSpec;
      const secret = mine.find(({ kind }) => kind === "Secret")?.metadata.name;
      const volume = spec.volumes.find((each) => each.secret?.secretName === secret) ?? assert.fail(JSON.stringify(spec.volumes));
      assert.equal(volume.secret?.defaultMode, 0o400);
      const mounts = spec.containers[0]?.volumeMounts.filter(({ name }) => name === volume.name);
      assert.deepEqual(mounts, [{ name: volume.name, mountPath: "/etc/cmsaf-secrets", readOnly: true }]);
      assert.equal(spec.securityContext.fsGroup, 11265);
      const roots = (await ofKind("Secret")).filter(stays).map(({ metadata }) => metadata.name);
      for (const root of roots) assert.ok(!JSON.stringify(spec).includes(root), `${root} is mounted`);
      const env = Object.fromEntries((spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
      const route = mine.find(({ metadata }) => metadata.name.endsWith("-scheduler"))?.["spec"] as RouteSpec;
      assert.equal(route.routes[0].match, `HostSNI(\`${env["HOST_IP"]}\`)`);
    }
    assert.equal(pods.length, 6);
  });

  it("leaves the root and the home when a server stops, and the pod takes the rest along if no hub runs", async () => {
    await ran("start", [FIRST]);
    await ran("stop", [FIRST]);
    assert.deepEqual((await cluster.objects()).map(stays), [true]);
    assert.equal((await cluster.admin.list("v1", "PersistentVolumeClaim", { namespace: cluster.namespace })).length, 1);
    await ran("start", [FIRST]);
    assert.equal((await cluster.objects()).length, 5);
    for (const pod of await cluster.admin.list("v1", "Pod", { namespace: cluster.namespace })) await cluster.admin.delete(pod);
    await cluster.until("only the root", async () => (await cluster.objects()).every(stays));
    assert.equal((await cluster.objects()).length, 1);
  });

  it("deletes the others when one cannot be deleted, says so, and that one goes with its owner", async () => {
    // Without a pod the root owns them, so the garbage collector leaves them alone.
    await ran("prepare", [FIRST]);
    await withoutRight("services", "delete", async () => {
      const { log } = await ran("stop", [FIRST]);
      assert.match(log.join("\n"), /Service dask-\S+ is left, and goes when the pod is gone: \(403\)/);
    });
    assert.deepEqual((await cluster.objects()).map(({ kind, metadata }) => `${kind} ${metadata.name.split("-")[0]}`).sort(), [
      "Secret daskroot",
      "Service dask",
    ]);
    const [root = assert.fail()] = await ofKind("Secret");
    await cluster.admin.delete(root);
    await cluster.until("nothing is left", async () => (await cluster.objects()).length === 0);
  });

  it("bears an API server that is gone for ten seconds", async () => {
    const gone = cluster.door.shut(10_000);
    const { seconds = 0 } = await ran("start", [FIRST]);
    await gone;
    assert.ok(seconds > 5, `${seconds} s`);
    assert.equal((await cluster.objects()).length, 5);
    const again = cluster.door.shut(10_000);
    await ran("stop", [FIRST]);
    await again;
    assert.deepEqual((await cluster.objects()).map(stays), [true]);
  });

  it("mounts the home of the older name, and makes none of the new name beside it", async () => {
    const claims = async (): Promise<readonly string[]> =>
      (await cluster.admin.list("v1", "PersistentVolumeClaim", { namespace: cluster.namespace }))
        .map(({ metadata }) => metadata.name)
        .sort();
    await cluster.admin.apply(claim(OLDER), "test");
    const { claims: mounted = [], pods: [pod] = [] } = await ran("start", [FIRST]);
    assert.deepEqual(mounted, [OLDER]);
    assert.match(JSON.stringify(pod?.["spec"]), new RegExp(`"claimName":"${OLDER}"`));
    assert.deepEqual(await claims(), [OLDER]);
    await ran("stop", [FIRST]);
    await cluster.admin.apply(claim("claim-first-last-example-edu---05cd4ed9"), "test");
    const both = await ran("prepare", [FIRST]);
    assert.equal((await claims()).length, 2, String(await claims()));
    if (!both.claims?.includes(OLDER)) assert.match(both.log.join("\n"), /has two homes/);
  });

  it("renews certificates at half of their life below the same root, and writes anew what somebody has deleted", async () => {
    await ran("start", [FIRST]);
    const [root, leaf, before] = [await certificate("ca.pem", true), await certificate("hostcert.pem"), await versions()];
    assert.ok(leaf.checkIssued(root) && leaf.verify(root.publicKey));
    assert.equal(leaf.checkHost("first-last-example-edu---05cd4ed9.nowhere.example.edu"), undefined);
    assert.ok(leaf.subjectAltName?.includes("localhost"));
    await ran("polled", [FIRST], { days: 13 });
    assert.deepEqual(await versions(), before);
    const [service = assert.fail()] = await ofKind("Service");
    await cluster.admin.delete(service);
    await ran("polled", [FIRST], { days: 15 });
    const renewed = await certificate("hostcert.pem");
    assert.notEqual(renewed.serialNumber, leaf.serialNumber);
    assert.ok(renewed.verify((await certificate("ca.pem", true)).publicKey));
    assert.equal((await certificate("ca.pem", true)).serialNumber, root.serialNumber);
    assert.equal((await ofKind("Service")).length, 1);
    assert.match(JSON.stringify((await ofKind("Service"))[0]?.metadata.ownerReferences), /"kind":"Pod"/);
  });

  it("keeps a user's root over all starts, and makes a new one in the last fifth of its life", async () => {
    const serials = [];
    for (const days of [0, 100, 1400, 1500, 1501]) {
      await ran("prepare", [FIRST], { days });
      const root = await certificate("ca.pem", true);
      assert.ok((await certificate("hostcert.pem")).verify(root.publicKey), `day ${days}`);
      serials.push(root.serialNumber);
    }
    const [first, second, third, fourth, fifth] = serials;
    assert.deepEqual([second, third, fifth], [first, first, fourth]);
    assert.notEqual(fourth, first);
  });

  it("serves a real hub: fifty users start at once while it answers within a second, and nothing but roots and homes is left", async () => {
    const hub = new RunningHub();
    const token = "23".repeat(16);
    const users = Array.from({ length: 50 }, (_, index) => `User.${index}@example.edu`);
    const order = async (method: string, what: string, body?: object): Promise<number> =>
      (
        await fetch(new URL(`hub/api/${what}`, hub.url), {
          method,
          headers: { authorization: `token ${token}` },
          ...(body && { body: JSON.stringify(body) }),
        })
      ).status;
    try {
      const real = { kubeconfig: cluster.kubeconfig, namespace: cluster.namespace, token, startTimeout: 25 };
      await hub.start(environment, subjectOf(SNI_SITE, siteConfig(SNI_SITE)), { dummy: true, chart: chartAtHand("jupyterhub"), real });
      assert.equal(await order("POST", "users", { usernames: users }), 201);
      const answered: number[] = [];
      const watch = setInterval(
        () => void answerTime(new URL("hub/health", hub.url)).then((milliseconds) => answered.push(milliseconds)),
        100,
      );
      const began = Date.now();
      const answers = await Promise.all(users.map((user) => order("POST", `users/${encodeURIComponent(user.toLowerCase())}/server`)));
      assert.deepEqual(
        [...new Set(answers)].filter((status) => status !== 201 && status !== 202),
        [],
      );
      await cluster.until(
        "fifty pods own their objects",
        async () => JSON.stringify(await cluster.objects()).split(`"kind":"Pod"`).length === 1 + 4 * 50,
      );
      console.log(`      50 servers: ${Date.now() - began} ms; the slowest answer of the hub: ${Math.max(...answered)} ms`);
      // No host takes the pods, so the hub gives up after a while, as it does with every pod that never runs.
      await cluster.until("only roots", async () => (await cluster.objects()).every(stays));
      clearInterval(watch);
      // On a machine with more work than processors everything takes so many times longer. One answer in twenty may be slower still, because
      // the API server and the hub share the processors here.
      const crowd = Math.max(1, (os.loadavg()[0] ?? 0) / os.cpus().length);
      const most = answered.sort((a, b) => a - b)[Math.floor(answered.length * 0.95)] ?? Infinity;
      assert.ok(most < 1000 * crowd, `${most} ms, ${crowd} times as busy`);
      assert.equal((await cluster.objects()).length, 50);
      assert.equal((await cluster.admin.list("v1", "PersistentVolumeClaim", { namespace: cluster.namespace })).length, 50);
    } finally {
      await hub.stop();
    }
  });

  it("asks for exactly what its Role allows, and each right is needed", async () => {
    await ran("whole", [FIRST]);
    await cluster.admin.apply(claim(OLDER), "test");
    await ran("start", [FIRST]);
    const role = cluster.rights["hub-rights-role"] as unknown as { readonly rules: readonly Rule[] };
    const allowed = role.rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${resource} ${verb}`)),
    );
    // To create by server-side apply is a patch in the log, and a right of its own besides.
    const byApply = ["ingressroutetcps create", "services create"];
    assert.deepEqual([...cluster.asked(), ...byApply].sort(), [...allowed].sort());
    await cluster.clear();
    for (const right of allowed.filter((each) => /^(secrets|services|ingressroutetcps)/.test(each))) {
      const [resource = "", verb = ""] = right.split(" ");
      await withoutRight(resource, verb, async () => {
        const { failed, log } = await cluster.run("whole", [FIRST]);
        assert.match(`${failed} ${log.join()}`, /403|Forbidden/, `without ${right}`);
      });
      await cluster.clear();
    }
  });

  async function withoutRight(resource: string, verb: string, use: () => Promise<void>): Promise<void> {
    const role = cluster.rights["hub-rights-role"] ?? assert.fail();
    const rules = (role["rules"] as readonly Rule[]).map((rule) =>
      rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((each) => each !== verb) } : rule,
    );
    await cluster.admin.apply({ ...role, rules }, "test");
    await cluster.until(`no ${verb} of ${resource}`, async () => !(await may(resource, verb)));
    try {
      await use();
    } finally {
      await cluster.admin.apply(role, "test");
      await cluster.until(`${verb} of ${resource}`, () => may(resource, verb));
    }
  }

  async function may(resource: string, verb: string): Promise<boolean> {
    const group =
      KINDS_OF_USERS.find(([, kind]) => `${kind.toLowerCase()}s` === resource)?.[0]
        .split("/")
        .at(-2) ?? "";
    const attributes = { namespace: cluster.namespace, group, resource, verb };
    const spec = { user: `system:serviceaccount:${cluster.namespace}:hub`, resourceAttributes: attributes };
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
    const answer = await cluster.admin.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review);
    return (answer as { readonly status: { readonly allowed: boolean } }).status.allowed;
  }

  function claim(name: string): ClusterObject {
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, namespace: cluster.namespace }, spec };
  }
});

/** Milliseconds in which a page answers; a minute if it does not. */
async function answerTime(page: URL): Promise<number> {
  const began = Date.now();
  return (await fetch(page).catch(() => undefined))?.ok === true ? Date.now() - began : 60_000;
}
