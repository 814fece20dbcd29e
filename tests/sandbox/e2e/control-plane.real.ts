import assert from "node:assert/strict";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { conditionOf, isReady, textAt } from "#af/sandbox/cluster/world";
import { readState } from "#af/sandbox/control-plane/state";
import { findChart } from "#af/components/charts/catalogue";
import type { Chart } from "#af/components/charts/chart";
import type { SiteRelease } from "#af/stacks/site/releases";
import { newestOf, type ReleaseRecord } from "#af/sandbox/charts/release";
import type { Toolbox } from "#af/sandbox/tools/toolbox";
import { TestSandbox, toolsOrSkip } from "./harness";
import { eventually } from "../../support/patience";

const gibibyte = 2 ** 30;
const hosts = [
  { name: "master-1", pool: "masters", controlPlane: true, cpu: 2, memory: 8 * gibibyte },
  { name: "worker-1", pool: "workers", controlPlane: false, cpu: 4, memory: 16 * gibibyte },
  { name: "worker-2", pool: "workers", controlPlane: false, cpu: 4, memory: 16 * gibibyte },
];

const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "64Mi" } };
const controller = { create: true, resources };
const flux: SiteRelease = {
  release: "flux",
  namespace: "flux-system",
  chart: findChart("flux2") as Chart<object>,
  values: {
    sourceController: controller,
    helmController: controller,
    kustomizeController: controller,
    notificationController: controller,
    imageAutomationController: { create: false },
    imageReflectionController: { create: false },
  },
};
const metallb: SiteRelease = {
  release: "metallb",
  namespace: "metallb-system",
  chart: findChart("metallb") as Chart<object>,
  values: { controller: { resources }, speaker: { resources }, frrk8s: { enabled: false } },
};

const namespace = (name: string): ClusterObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const repository = (url: string): ClusterObject => ({
  apiVersion: "source.toolkit.fluxcd.io/v1",
  kind: "HelmRepository",
  metadata: { name: "metallb", namespace: "metallb-system" },
  spec: { url, interval: "1h" },
});
const helmRelease = (values: object): ClusterObject => ({
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "metallb", namespace: "metallb-system" },
  spec: {
    interval: "1h",
    releaseName: "metallb",
    chart: { spec: { chart: "metallb", version: "0.16.2", sourceRef: { kind: "HelmRepository", name: "metallb" } } },
    values,
  },
});
const releaseKey = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "metallb", namespace: "metallb-system" },
};
const readRelease = { ask: "read" as const, key: releaseKey };
const service = (name: string, address: string): ClusterObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default", annotations: { "metallb.io/loadBalancerIPs": address } },
  spec: { type: "LoadBalancer", selector: { app: name }, ports: [{ port: 443 }] },
});

describe("a control plane on this machine", function () {
  this.timeout(120_000);
  const sandbox = new TestSandbox("tryout");
  let tools: Toolbox;

  before(async function () {
    tools = await toolsOrSkip(this);
  });
  after(async () => sandbox.remove());

  it("is ready within a minute, beside other suites", async () => {
    const began = Date.now();
    const controlPlane = await sandbox.start(tools);
    assert.equal(controlPlane.started, true);
    assert.ok(Date.now() - began < 60_000, `took ${Date.now() - began} ms`);
  });

  it("is found running by the next command", async () => {
    assert.equal((await sandbox.start(tools)).started, false);
  });

  it("has the site's hosts as nodes, with their size, ready", async () => {
    await sandbox.ask({ ask: "nodes", hosts });
    const nodes = await sandbox.until<ClusterObject[]>(
      { ask: "list", apiVersion: "v1", kind: "Node" },
      (found) => found.length === 3 && found.every((node) => isReady(node) && !JSON.stringify(node["spec"]).includes("not-ready")),
    );
    const worker = nodes.find((node) => node.metadata.name === "worker-1");
    assert.equal(textAt(worker, "status", "allocatable", "cpu"), "4");
    const master = nodes.find((node) => node.metadata.name === "master-1");
    assert.deepEqual(
      (master?.["spec"] as { taints: { key: string }[] }).taints.map((taint) => taint.key),
      ["node-role.kubernetes.io/control-plane"],
    );
    const again = await sandbox.ask<{ created: string[]; removed: string[] }>({ ask: "nodes", hosts: hosts.slice(0, 2) });
    assert.deepEqual(again, { created: [], removed: ["worker-2"] });
    await sandbox.ask({ ask: "nodes", hosts });
  });

  it("leaves a HelmRelease alone while no helm-controller runs", async () => {
    await sandbox.ask({ ask: "crds", groups: ["source.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"] });
    await sandbox.ask({
      ask: "apply",
      objects: [namespace("flux-system"), namespace("metallb-system"), repository(sandbox.charts), helmRelease(metallb.values)],
    });
    await sleep(3_000);
    const release = await sandbox.ask<ClusterObject>(readRelease);
    assert.equal(conditionOf(release, "Ready"), undefined);
    assert.deepEqual(release.metadata.finalizers ?? [], []);
  });

  it("makes a HelmRelease into pods once Flux is installed", async () => {
    await sandbox.serve([flux, metallb]);
    await sandbox.install(flux);
    const release = await sandbox.until<ClusterObject>(readRelease, isReady, 40_000);
    assert.match(conditionOf(release, "Ready")?.message ?? "", /stand-in/);
    const pods = await sandbox.ask<ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "Pod", namespace: "metallb-system" });
    const placed = pods.map((pod) => textAt(pod, "spec", "nodeName")).sort();
    assert.equal(pods.filter((pod) => pod.metadata.name.startsWith("metallb-controller")).length, 1);
    assert.equal(pods.filter((pod) => pod.metadata.name.startsWith("metallb-speaker")).length, 3, String(placed));
  });

  it("says what Helm said when the values are others than the chart was made for, and recovers", async () => {
    const other = { ...metallb.values, frrk8s: { enabled: true } };
    await sandbox.ask({ ask: "apply", objects: [helmRelease(other)] });
    const failed = await sandbox.until<ClusterObject>(readRelease, (release) => conditionOf(release, "Ready")?.status === "False", 40_000);
    assert.match(
      conditionOf(failed, "Ready")?.message ?? "",
      /frrk8s\.enabled is true, but this stand-in of chart metallb holds the workloads of false/,
    );
    await sandbox.ask({ ask: "apply", objects: [helmRelease(metallb.values)] });
    await sandbox.until<ClusterObject>(readRelease, isReady, 40_000);
  });

  it("goes on with a release whose installation was cut off", async () => {
    const secrets = { ask: "list" as const, apiVersion: "v1", kind: "Secret", namespace: "metallb-system" };
    const records = async (): Promise<readonly ReleaseRecord[]> => newestOf(await sandbox.ask<readonly ClusterObject[]>(secrets));
    const [record] = await records();
    assert.equal(record?.status, "deployed");
    // What a Helm that is killed leaves behind: the record of a revision that is under way.
    const stored = (await sandbox.ask<ClusterObject>({ ask: "read", key: record.secret })) as ClusterObject & { data: { release: string } };
    const pending = JSON.parse(gunzipSync(Buffer.from(Buffer.from(stored.data.release, "base64").toString(), "base64")).toString()) as {
      version: number;
      info: { status: string };
    };
    pending.version = record.revision + 1;
    pending.info.status = "pending-upgrade";
    const name = `sh.helm.release.v1.metallb.v${pending.version}`;
    const labels = { ...stored.metadata.labels, status: "pending-upgrade", version: String(pending.version) };
    const release = Buffer.from(gzipSync(JSON.stringify(pending)).toString("base64")).toString("base64");
    const left = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: "metallb-system", labels },
      type: stored["type"],
      data: { release },
    };
    const poked = helmRelease({ ...metallb.values, poked: true });
    await sandbox.ask({ ask: "apply", objects: [left as ClusterObject, poked] });
    await sandbox.until<readonly ClusterObject[]>(
      secrets,
      (found) => newestOf(found).some((each) => each.status === "deployed" && each.revision === pending.version),
      40_000,
    );
  });

  it("gives a load balancer the address that it asks for, and the second one a reason", async () => {
    const pool: ClusterObject = {
      apiVersion: "metallb.io/v1beta1",
      kind: "IPAddressPool",
      metadata: { name: "pool", namespace: "metallb-system" },
      spec: { addresses: ["192.0.2.10-192.0.2.12"], autoAssign: false },
    };
    await sandbox.ask({ ask: "apply", objects: [pool, service("first", "192.0.2.10")] });
    const first = { ask: "read" as const, key: { apiVersion: "v1", kind: "Service", metadata: { name: "first", namespace: "default" } } };
    const found = await sandbox.until<ClusterObject>(first, (object) => JSON.stringify(object["status"]).includes("192.0.2.10"));
    assert.equal(found.metadata.name, "first");
    await sandbox.ask({ ask: "apply", objects: [service("second", "192.0.2.10"), service("outside", "198.51.100.1")] });
    const reasons = [/"default\/second".*address also in use by default\/first/, /\["198\.51\.100\.1"\] is not allowed in config/];
    await sandbox.until<ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "Event", namespace: "default" }, (all) =>
      reasons.every((reason) => all.some((event) => event["reason"] === "AllocationFailed" && reason.test(String(event["message"])))),
    );
  });

  it("leaves a pod that fits nowhere pending, with the scheduler's reason", async () => {
    const pod: ClusterObject = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "giant", namespace: "default" },
      spec: { containers: [{ name: "main", image: "example.org/giant:1", resources: { requests: { cpu: "64" } } }] },
    };
    await sandbox.ask({ ask: "apply", objects: [pod] });
    const key = { apiVersion: "v1", kind: "Pod", metadata: { name: "giant", namespace: "default" } };
    const found = await sandbox.until<ClusterObject>({ ask: "read", key }, (object) => conditionOf(object, "PodScheduled") !== undefined);
    assert.match(conditionOf(found, "PodScheduled")?.message ?? "", /Insufficient cpu/);
  });

  it("takes the pods away with the HelmRelease", async () => {
    await sandbox.ask({ ask: "delete", key: releaseKey });
    await sandbox.until<ClusterObject | null>(readRelease, (release) => release === null);
    await sandbox.until<ClusterObject[]>(
      { ask: "list", apiVersion: "v1", kind: "Pod", namespace: "metallb-system" },
      (pods) => pods.length === 0,
    );
  });

  it("ends whole when its supervisor is killed, and comes up again with its data", async () => {
    const state = readState(sandbox.folder);
    assert.ok(state);
    process.kill(state.supervisor.pid, "SIGKILL");
    const daemons = (): readonly string[] => sandbox.processes().filter((line) => !line.includes("ask.ts"));
    await eventually(() => daemons().length === 0);
    assert.deepEqual(daemons(), []);
    await sandbox.stop();
    assert.equal((await sandbox.start(tools)).started, true);
    const found = await sandbox.ask<ClusterObject>({ ask: "read", key: namespace("metallb-system") });
    assert.equal(found.metadata.name, "metallb-system");
  });

  it("tells which daemon died and why, when one does", async () => {
    const state = readState(sandbox.folder);
    const scheduler = state?.daemons.find((daemon) => daemon.name === "kube-scheduler");
    assert.ok(scheduler);
    process.kill(scheduler.pid, "SIGKILL");
    await eventually(() => readState(sandbox.folder)?.phase === "failed");
    assert.match(readState(sandbox.folder)?.reason ?? "", /^kube-scheduler ended \(signal SIGKILL\).*kube-scheduler\.log/);
  });

  it("leaves no process behind when it is stopped", async () => {
    await sandbox.stop();
    await sandbox.start(tools);
    assert.ok(sandbox.processes().length >= 6);
    await sandbox.stop();
    assert.deepEqual(sandbox.processes(), []);
    assert.ok(fs.existsSync(sandbox.folder.etcd), "its data is kept");
  });
});
