import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1ConfigMap, V1CronJob, V1Job } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";
import { HUB_CHECK_PODS, HUB_CHECK_SECRET } from "#af/components/hub/check-part";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import type { RunningControlPlane } from "#af/sandbox/control-plane/control-plane";
import { SAMPLE } from "#af/sandbox/live/data-server";
import { openHub, type OpenHub } from "#af/sandbox/live/open";
import { dataServer, hubRelease } from "#af/sandbox/live/site-programs";
import { partsOf } from "#af/stacks/site/parts";
import { siteFile } from "#af/stacks/site/project";
import { hubMapOrSkip, startHub, surroundings, USERS_HOST } from "../../sandbox/agent/live-hub";
import { type LivePod, liveToolsOrSkip, LiveSandbox } from "../../sandbox/agent/live-pods";
import { requirePrograms } from "../../support/programs";
import { scopes, tokenOf, withLesserServices } from "./checked-hub";
import { KINDS_OF_USERS } from "./hooked-cluster";
import { SNI_SITE } from "./subjects";

/** What stands for the image's class of clusters: workers are processes beside the notebook, as there is no pool here. */
const FACTORY = {
  DASK_LABEXTENSION__FACTORY__MODULE: "distributed",
  DASK_LABEXTENSION__FACTORY__CLASS: "LocalCluster",
  DASK_LABEXTENSION__FACTORY__KWARGS__N_WORKERS: "0",
  DASK_LABEXTENSION__FACTORY__KWARGS__THREADS_PER_WORKER: "1",
};

/** Milliseconds in which a run ends, on a machine that does other things too. */
const WITHIN = 300_000;

/** Ends once something listens at an address, given as arguments. */
const UNTIL_IT_ANSWERS = `const [host, port] = process.argv.slice(1);
const attempt = () => require("node:net").connect(port, host).on("connect", () => process.exit()).on("error", () => setTimeout(attempt, 100));
attempt();`;

/** Where the check breaks with a scope less, and what the hub says then. */
const LESS: Readonly<Record<string, { readonly step: string; readonly because: RegExp }>> = {
  "admin:users!user=hub-check": { step: "login", because: /POST \/hub\/api\/users\/hub-check: 403 .*\[admin:users\]/ },
  "servers!user=hub-check": { step: "login", because: /DELETE \/hub\/api\/users\/hub-check\/server: 403 .*\[delete:servers\]/ },
  "access:servers!user=hub-check": { step: "notebook", because: /POST \/user\/hub-check\/api\/kernels: 403 / },
};

/** A map of programs, as far as this suite changes it. */
interface ProgramMap {
  readonly pods: { namespace: string; labels: Readonly<Record<string, string>> }[];
  readonly images: Record<string, { folders: string[]; env: Record<string, string> }>;
  readonly hosts: Record<string, string>;
}

/** How a run ended: its lines by the step. */
interface Run {
  readonly succeeded: boolean;
  readonly steps: Readonly<Record<string, string>>;
  readonly log: string;
}

/** Seconds after which a step is broken, by its name. */
type Patience = Readonly<Record<string, number>>;

/*
 * The job of a site, run by the real Job controller as processes of the very pod, against the real hub, proxy, KubeSpawner and hook: its server is a pod
 * of that hub, in which a real kernel, XRootD's client and Dask run. Each case breaks one part.
 */
describe("the job that does what a user does, before a real hub", function () {
  this.timeout(900_000);
  const subject = withLesserServices();
  const { site } = subject;
  const { host, port } = dataServer(site);
  const address = site.hub.expose.kind === "address" ? site.hub.expose.address : "";
  const sandbox = new LiveSandbox(SNI_SITE);
  const { namespace } = hubRelease(site);
  const part = partsOf(site).hub.check ?? assert.fail("no check");
  const steps = Object.keys(given(part.objects["config"] as V1ConfigMap).patience);
  let hub: OpenHub | undefined;
  let controlPlane: RunningControlPlane;
  let surrounds: readonly ClusterObject[];

  before(async function () {
    const tools = await liveToolsOrSkip(this);
    requirePrograms(this, "xrootd", "xrdcp");
    const map = await hubMapOrSkip(this, sandbox, site);
    surrounds = await surroundings(subject);
    completeMap(map);
    const withoutBalancer = surrounds.filter((each) => each !== balancer());
    controlPlane = await startHub(sandbox, subject, { tools, map, surrounds: withoutBalancer });
  });
  after(async () => {
    hub?.close();
    await sandbox.remove();
  });
  afterEach(nothingIsLeft);

  const key = (apiVersion: string, kind: string, name: string): ClusterObject => ({ apiVersion, kind, metadata: { name, namespace } });
  const apply = (...objects: readonly ClusterObject[]): Promise<void> => sandbox.ask({ ask: "apply", objects });
  const surround = (kind: string, name: string): ClusterObject =>
    surrounds.find((each) => each.kind === kind && each.metadata.name === name) ?? assert.fail(`no ${kind} ${name}`);
  const balancer = (): ClusterObject => surround("ConfigMap", "given-load-balancer");

  /** Lets the job run as processes too, at the public name of the hub, whose certificate it is to trust. */
  function completeMap(file: string): void {
    const map = parse(fs.readFileSync(file, "utf8")) as ProgramMap;
    map.pods.push({ namespace, labels: HUB_CHECK_PODS.labels });
    map.hosts[site.hub.host] = address;
    const image = map.images["quay.io/jupyterhub/k8s-hub"] ?? assert.fail("no image of the hub");
    const { "tls.crt": certificate = "" } = surround("Secret", subject.hub.proxy.https.secret?.name ?? "")["data"] as Record<
      string,
      string
    >;
    const trusted = path.join(image.folders.at(-1) ?? assert.fail("no folder"), "hub.crt");
    fs.writeFileSync(trusted, Buffer.from(certificate, "base64"), { mode: 0o644 });
    image.env["SSL_CERT_FILE"] = trusted;
    Object.assign(map.images[subject.hub.singleuser.image.name]?.env ?? assert.fail("no image of servers"), FACTORY);
    fs.writeFileSync(file, stringify(map));
  }

  /** Starts the job, as its CronJob would, with the token of a service and with less patience for some steps; its pod. */
  async function start(
    name: string,
    { token = tokenOf(0), patience = {} }: { token?: string; patience?: Patience } = {},
  ): Promise<LivePod> {
    const config = structuredClone(part.objects["config"]) as V1ConfigMap & ClusterObject;
    const told = given(config);
    config.data = { ...config.data, "check.json": JSON.stringify({ ...told, patience: { ...told.patience, ...patience } }) };
    await apply(config, { ...key("v1", "Secret", HUB_CHECK_SECRET), stringData: { "api-token": token, "access-token": "a token" } });
    await apply({ ...key("batch/v1", "Job", name), spec: (part.objects["job"] as V1CronJob).spec?.jobTemplate.spec });
    const mine = { ask: "list", apiVersion: "v1", kind: "Pod", namespace, labels: `job-name=${name}` } as const;
    const [pod] = await explained(sandbox.until<readonly LivePod[]>(mine, ({ length }) => length > 0, WITHIN));
    return pod ?? assert.fail();
  }

  /** Waits for the end of a job and reads what it says. */
  async function end(name: string, pod: LivePod): Promise<Run> {
    const isOver = ({ status }: V1Job): boolean =>
      status?.conditions?.some(({ type, status: is }) => ["Complete", "Failed"].includes(type) && is === "True") === true;
    const ended = await explained(sandbox.until<V1Job>({ ask: "read", key: key("batch/v1", "Job", name) }, isOver, WITHIN));
    const log = said(pod);
    const lines = [...log.matchAll(/^step=(\w+) (.*)$/gm)].map(([, step = "", rest = ""]) => [step, rest] as const);
    return { succeeded: ended.status?.succeeded === 1, steps: Object.fromEntries(lines), log };
  }

  const run = async (name: string, more?: Parameters<typeof start>[1]): Promise<Run> => end(name, await start(name, more));
  const said = ({ metadata }: LivePod): string => sandbox.log(metadata.name, "hub-check", namespace);
  const explained = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch(async (error: unknown) => assert.fail(`${(error as Error).message}\n${await sandbox.account(namespace)}`));

  /** The run broke at these steps and said why, did not do what needs them, and did the rest. */
  function assertBroken({ succeeded, steps: found, log }: Run, because: Readonly<Record<string, RegExp>>, notRun: readonly string[]): void {
    assert.equal(succeeded, false, log);
    const stateOf = (step: string): string => /^state=(\S+)/.exec(found[step] ?? "")?.[1] ?? "none";
    const wanted = (step: string): string => (step in because ? "broken" : notRun.includes(step) ? "not-run" : "ok");
    assert.deepEqual(
      Object.fromEntries(steps.map((step) => [step, stateOf(step)])),
      Object.fromEntries(steps.map((step) => [step, wanted(step)])),
      log,
    );
    for (const [step, words] of Object.entries(because)) assert.match(found[step] ?? "", words, log);
    assert.equal(log.split("\n").at(-1), `broken: ${Object.keys(because).join(" ")}`);
  }

  /** Pods of servers, and what the hub makes for each. The user's home and root are not among them: they stay, as those of every user. */
  async function ofServers(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const [apiVersion, kind] of [["v1", "Pod"] as const, ...KINDS_OF_USERS]) {
      const all = await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion, kind, namespace });
      found.push(...all.flatMap(({ metadata: { name } }) => (/^(jupyter|dask)-/.test(name) ? [`${kind} ${name}`] : [])));
    }
    return found.sort();
  }

  async function nothingIsLeft(): Promise<void> {
    await inTime(
      async () => (await ofServers()).length === 0,
      async () => `left: ${(await ofServers()).join(", ")}`,
    );
  }

  /** Waits until something holds. */
  async function inTime(holds: () => boolean | Promise<boolean>, instead: () => string | Promise<string>): Promise<void> {
    for (const until = Date.now() + WITHIN; !(await holds()); await sleep(100))
      if (Date.now() > until) assert.fail(`${await instead()}\n${await sandbox.account(namespace)}`);
  }

  const following = (step: string): readonly string[] => steps.slice(steps.indexOf(step) + 1);

  it("is red where nothing answers at the hub's address", async () => {
    assertBroken(await run("door"), { login: new RegExp(`Cannot connect to host ${site.hub.host}:443 .*${address}`) }, following("login"));
  });

  describe("that has its address", () => {
    before(async () => {
      await apply(balancer());
      const [program = "", ...args] = controlPlane.join([process.execPath, "-e", UNTIL_IT_ANSWERS, address, "443"]);
      execFileSync(program, args, { timeout: WITHIN });
    });

    it("is red where the hub does not know its token, and touches nothing then", async () => {
      assertBroken(await run("unknown", { token: "00".repeat(32) }), { login: /GET \/hub\/api\/user: 403 / }, following("login"));
    });

    for (const [index, [scope, { step, because }]] of Object.entries(LESS).entries())
      it(`is red in its step ${step} without the scope ${scope}, and leaves nothing`, async () => {
        assert.deepEqual(Object.keys(LESS), scopes());
        const notRun = following(step).slice(0, step === "login" ? undefined : -1);
        assertBroken(await run(`less-${index}`, { token: tokenOf(index + 1) }), { [step]: because }, notRun);
      });

    it("is red where Kubernetes refuses its server, in the words of Kubernetes", async () => {
      const priority = surround("PriorityClass", subject.hub.singleuser.extraPodConfig.priorityClassName);
      await sandbox.ask({ ask: "delete", key: priority });
      const ended = await run("refused");
      await apply(priority);
      assertBroken(ended, { spawn: /Spawn failed: .*no PriorityClass with name/ }, following("spawn").slice(0, -1));
    });

    it("is red where its server waits for a host for ever, and gives it up", async () => {
      await apply({
        ...USERS_HOST,
        metadata: { ...USERS_HOST.metadata, labels: { ...USERS_HOST.metadata.labels, "hub.jupyter.org/node-purpose": "core" } },
      });
      const ended = await run("waiting", { patience: { spawn: 10 } });
      await apply(USERS_HOST);
      assertBroken(ended, { spawn: /no server; the last word: .*0\/1 nodes are available/ }, following("spawn").slice(0, -1));
    });

    it("is red where the cache is away, and gives back what it has where it is told to end while it waits for workers", async () => {
      const clients = surround("ConfigMap", "data-clients");
      await apply({ ...clients, data: { ...(clients["data"] as object), DASK_DISTRIBUTED__NANNY__PRELOAD: "['no_such_module']" } });
      const pod = await start("told");
      await inTime(
        () => said(pod).includes("step=read "),
        () => said(pod),
      );
      const made = await ofServers();
      await sandbox.ask({ ask: "delete", key: key("v1", "Pod", pod.metadata.name) });
      const ended = await end("told", pod);
      await apply(clients);
      const because = {
        read: new RegExp(`RuntimeError: root://${host}:${port}/${SAMPLE}: .*Connection error`),
        dask: /because: told to end$/,
      };
      assertBroken(ended, because, ["histogram"]);
      const [server, name] = ["Pod jupyter-hub-check", "dask-hub-check"];
      const routes = ["scheduler", "worker"].map((role) => `IngressRouteTCP ${name}-${role}`);
      assert.deepEqual(made, [...routes, server, `Secret ${name}`, `Service ${name}`]);
    });

    it("goes through all steps where all is well", async () => {
      hub = await openHub(controlPlane, sandbox.folder, site, siteFile(SNI_SITE));
      const ended = await run("well");
      assert.ok(ended.succeeded, ended.log);
      assert.deepEqual(Object.keys(ended.steps), steps);
      for (const line of Object.values(ended.steps)) assert.match(line, /^state=ok seconds=\d+\.\d{3}$/);
      const claims = await sandbox.ask<readonly ClusterObject[]>({
        ask: "list",
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace,
      });
      assert.ok(
        claims.some(({ metadata }) => metadata.name === "claim-hub-check"),
        "the user keeps its home",
      );
    });
  });
});

/** What the job is told. */
function given({ data = {} }: V1ConfigMap): { readonly patience: Patience } {
  return JSON.parse(data["check.json"] ?? "") as { readonly patience: Patience };
}
