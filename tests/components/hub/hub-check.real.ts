import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { V1ConfigMap, V1CronJob, V1Job } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";
import { HUB_CHECK_PODS, HUB_CHECK_SECRET } from "#af/components/hub/check-part";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { filledRelease } from "#af/sandbox/live/hub-chart";
import { SAMPLE } from "#af/sandbox/live/data-server";
import { openHub, type OpenHub } from "#af/sandbox/live/open";
import { provideLive } from "#af/sandbox/live/provide";
import { hubRelease } from "#af/sandbox/live/site-programs";
import { partsOf } from "#af/stacks/site/parts";
import { siteFile } from "#af/stacks/site/project";
import { Progress } from "#af/terminal/progress";
import { surroundings } from "../../sandbox/agent/live-hub";
import { type LivePod, liveToolsOrSkip, LiveSandbox } from "../../sandbox/agent/live-pods";
import type { ServerQuestion } from "../../sandbox/e2e/ask";
import { requirePrograms } from "../../support/programs";
import { siteConfig, spoilt } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import { SNI_SITE, subjectOf } from "./subjects";

/** The token of every service of the hub, as `subjectOf` gives it. */
const API_TOKEN = "01".repeat(32);

/** What stands for the image's class of clusters: workers are processes beside the notebook, as there is no pool here. */
const FACTORY = {
  DASK_LABEXTENSION__FACTORY__MODULE: "distributed",
  DASK_LABEXTENSION__FACTORY__CLASS: "LocalCluster",
  DASK_LABEXTENSION__FACTORY__KWARGS__N_WORKERS: "0",
  DASK_LABEXTENSION__FACTORY__KWARGS__THREADS_PER_WORKER: "1",
};

/** Seconds for the steps; the real ones wait for a pool. */
const PATIENCE = { login: 60, spawn: 90, notebook: 60, read: 60, dask: 40, histogram: 60, close: 30, stop: 60 };

/** A map of programs, as far as this suite changes it. */
interface ProgramMap {
  readonly pods: { namespace: string; labels: Readonly<Record<string, string>> }[];
  readonly images: Record<string, { folders: string[]; env: Record<string, string> }>;
  readonly hosts: Record<string, string>;
}

/** How a run ended: its lines by the step, and the last one. */
interface Run {
  readonly succeeded: boolean;
  readonly steps: Readonly<Record<string, string>>;
  readonly log: string;
}

/*
 * The job of a site, run by the real Job controller as processes of the very pod, against the real hub, proxy, KubeSpawner and hook: its server is a pod
 * of that hub, in which a real kernel, XRootD's client and Dask run.
 */
describe("the job that does what a user does, before a real hub", function () {
  this.timeout(900_000);
  const subject = subjectOf(SNI_SITE, spoilt(siteConfig(SNI_SITE), ["hub", "check"], { file: SAMPLE }));
  const sandbox = new LiveSandbox(SNI_SITE);
  const release = hubRelease(subject.site);
  const { namespace } = release;
  const part = partsOf(subject.site).hub.check ?? assert.fail("no check");
  const cronjob = part.objects["job"] as V1CronJob;
  const everything: ServerQuestion = { ask: "list", apiVersion: "v1", kind: "Pod", namespace };
  let hub: OpenHub | undefined;
  let surrounds: readonly ClusterObject[];
  let open: () => Promise<void>;

  before(async function () {
    const tools = await liveToolsOrSkip(this);
    requirePrograms(this, "xrootd", "xrdcp");
    const map = await provideLive(sandbox.folder, subject.site, new Progress(), new AbortController().signal).catch((error: unknown) =>
      skipped(this, (error as Error).message),
    );
    surrounds = await surroundings(subject, namespace);
    writeMap(map);
    const controlPlane = await sandbox.start(tools, undefined, map);
    await sandbox.ask({ ask: "nodes", hosts: [{ name: "host", pool: "workers", controlPlane: false, cpu: 64, memory: 2 ** 37 }] });
    await sandbox.ask({ ask: "crds", groups: ["traefik.io"] });
    await apply(...surrounds, {
      ...key("v1", "Secret", HUB_CHECK_SECRET),
      stringData: { "api-token": API_TOKEN, "access-token": "a token" },
    });
    await check();
    await sandbox.serve([release], filledRelease);
    await sandbox.install({ ...release, values: subject.hub });
    const isReady = ({ metadata, status }: LivePod): boolean =>
      ["hub", "proxy"].includes(metadata.labels?.["component"] ?? "") &&
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
    await sandbox
      .until<readonly LivePod[]>(everything, (pods) => pods.filter(isReady).length === 2, 120_000)
      .catch(async (error: unknown) => assert.fail(`${(error as Error).message}\n${await sandbox.account(namespace)}`));
    open = async () => {
      hub = await openHub(controlPlane, sandbox.folder, subject.site, siteFile(SNI_SITE));
    };
  });
  after(async () => {
    hub?.close();
    await sandbox.remove();
  });

  const key = (apiVersion: string, kind: string, name: string): ClusterObject => ({ apiVersion, kind, metadata: { name, namespace } });
  const apply = (...objects: readonly ClusterObject[]): Promise<void> => sandbox.ask({ ask: "apply", objects });

  /** Lets the job run as processes too, at the public name of the hub, whose certificate it is to trust. */
  function writeMap(file: string): void {
    const { site } = subject;
    const map = parse(fs.readFileSync(file, "utf8")) as ProgramMap;
    map.pods.push({ namespace, labels: HUB_CHECK_PODS.labels });
    map.hosts[site.hub.host] = site.hub.expose.kind === "address" ? site.hub.expose.address : assert.fail("no address");
    const image = map.images["quay.io/jupyterhub/k8s-hub"] ?? assert.fail("no image of the hub");
    const folder = image.folders.at(-1) ?? assert.fail("no folder");
    const certificate = surrounds.find(({ metadata: { name } }) => name === subject.hub.proxy.https.secret?.name) ?? assert.fail();
    const { "tls.crt": text = "" } = certificate["data"] as Record<string, string>;
    const trusted = path.join(folder, "hub.crt");
    fs.writeFileSync(trusted, Buffer.from(text, "base64"), { mode: 0o644 });
    image.env["SSL_CERT_FILE"] = trusted;
    for (const [name, { env }] of Object.entries(map.images)) if (name.includes("cc-")) Object.assign(env, FACTORY);
    fs.writeFileSync(file, stringify(map));
  }

  /** Gives the job its files, with shorter patience. */
  async function check(change: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const config = structuredClone(part.objects["config"]) as V1ConfigMap & ClusterObject;
    const data = config.data ?? assert.fail();
    const given = JSON.parse(data["check.json"] ?? "") as { patience: Readonly<Record<string, number>> };
    assert.deepEqual(Object.keys(given.patience), Object.keys(PATIENCE));
    data["check.json"] = JSON.stringify({ ...given, patience: PATIENCE, ...change });
    await apply(config);
  }

  /** Runs the job once and waits for its end. */
  async function run(name: string): Promise<Run> {
    const job = key("batch/v1", "Job", name);
    await apply({ ...job, spec: cronjob.spec?.jobTemplate.spec });
    const ended = await sandbox
      .until<V1Job>(
        { ask: "read", key: job },
        ({ status }) => status?.conditions?.some(({ type, status: is }) => ["Complete", "Failed"].includes(type) && is === "True") === true,
        300_000,
      )
      .catch(async (error: unknown) => assert.fail(`${(error as Error).message}\n${await sandbox.account(namespace)}`));
    const pods = await sandbox.ask<readonly LivePod[]>({ ...everything, labels: `job-name=${name}` } as ServerQuestion);
    const log = sandbox.log(pods[0]?.metadata.name ?? "", "hub-check", namespace);
    const lines = [...log.matchAll(/^step=(\w+) (.*)$/gm)].map(([, step = "", rest = ""]) => [step, rest] as const);
    console.log(log.replaceAll(/^/gm, "      "));
    return { succeeded: ended.status?.succeeded === 1, steps: Object.fromEntries(lines), log };
  }

  /** Names of the steps with a state. */
  const inState = ({ steps }: Run, state: string): readonly string[] =>
    Object.entries(steps).flatMap(([step, said]) => (said.startsWith(`state=${state}`) ? [step] : []));

  /** Pods of the check's user that are there; none may be left. */
  async function serversLeft(): Promise<number> {
    const pods = await sandbox.ask<readonly LivePod[]>(everything);
    return pods.filter(({ metadata }) => metadata.labels?.["component"] === "singleuser-server").length;
  }

  it("is red where the cache is away, and says that all else holds", async () => {
    const ended = await run("away");
    assert.equal(ended.succeeded, false);
    assert.deepEqual(inState(ended, "broken"), ["read"], ended.log);
    assert.deepEqual(inState(ended, "not-run"), ["histogram"]);
    assert.match(
      ended.steps["read"] ?? "",
      /because: RuntimeError: root:\/\/xcache\.coffea\.casa:1094\/\/store\/.*(Connection|timed out)/i,
    );
    assert.match(ended.log, /\nbroken: read$/);
    assert.equal(await serversLeft(), 0);
  });

  it("goes through all steps where all is well, with a token of the check's own in the server", async () => {
    await open();
    const ended = await run("well");
    assert.ok(ended.succeeded, `${ended.log}\n${await sandbox.account(namespace)}`);
    assert.deepEqual(inState(ended, "ok"), Object.keys(PATIENCE));
    for (const said of Object.values(ended.steps)) assert.match(said, /^state=ok seconds=\d+\.\d{3}$/);
    assert.equal(await serversLeft(), 0);
    const claims = await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "PersistentVolumeClaim", namespace });
    assert.ok(
      claims.some(({ metadata }) => metadata.name === "claim-hub-check"),
      "the user keeps its home",
    );
  });

  it("is red where Dask cannot scale, and gives up what it has", async () => {
    const clients = surrounds.find(({ metadata: { name } }) => name === "data-clients") ?? assert.fail();
    const broken = { DASK_DISTRIBUTED__NANNY__PRELOAD: "['no_such_module']" };
    await apply({ ...clients, data: { ...(clients["data"] as object), ...broken } });
    const ended = await run("unscaled");
    await apply(clients);
    assert.equal(ended.succeeded, false);
    assert.deepEqual(inState(ended, "broken"), ["dask"], ended.log);
    assert.deepEqual(inState(ended, "not-run"), ["histogram"]);
    assert.match(ended.steps["dask"] ?? "", /because: RuntimeError: 0 of 2 workers after 36\.0 s/);
    assert.equal(await serversLeft(), 0);
  });

  it("is red where no server can start, with the word of Kubernetes", async () => {
    const priority = surrounds.find(
      ({ kind, metadata: { name } }) => kind === "PriorityClass" && name === subject.hub.singleuser.extraPodConfig.priorityClassName,
    );
    assert.ok(priority);
    await sandbox.ask({ ask: "delete", key: priority });
    const ended = await run("unstarted");
    await apply(priority);
    assert.equal(ended.succeeded, false);
    assert.deepEqual(inState(ended, "broken"), ["spawn"], ended.log);
    assert.deepEqual(inState(ended, "ok"), ["login", "stop"]);
    assert.equal(inState(ended, "not-run").length, 5);
    assert.match(ended.steps["spawn"] ?? "", /because: .*(no PriorityClass|Spawn failed|Forbidden)/);
  });

  it("is red where the hub does not know its token, and touches nothing then", async () => {
    const secret = { ...key("v1", "Secret", HUB_CHECK_SECRET), stringData: { "api-token": "00".repeat(32) } };
    await apply(secret);
    const ended = await run("unknown");
    assert.equal(ended.succeeded, false);
    assert.deepEqual(inState(ended, "broken"), ["login"], ended.log);
    assert.equal(inState(ended, "not-run").length, 7);
    assert.match(ended.steps["login"] ?? "", /because: GET \/hub\/api\/user: 403/);
  });
});
