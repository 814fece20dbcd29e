import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { clientEnvironment, WORKER_TOKEN_FILE } from "#af/components/data/clients";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { settingsOfKind } from "../../support/site-kinds";
import { spoilt } from "../../support/site-config";
import { asRecord } from "../../stacks/written";
import { startXrootd, type RunningXrootd } from "../../support/xrootd";

const run = promisify(execFile);
const READER = path.join(__dirname, "python", "reads_root.py");
const EVENTS = 20_000;

/** What an image of CMS has built in: the development cache of another site, at which nobody may read here. */
const IMAGE = { XCACHE_HOST: "xcache.elsewhere.invalid", XCACHE_PORT: "1", XRD_CONNECTIONWINDOW: "2", XRD_CONNECTIONRETRY: "1" };

/*
 * The plug-in that turns the name `xcache` into an address is in no package registry, so its one sentence is said here in its place: the
 * variables that a user server, a worker of Dask Gateway and a job get replace it in the URL.
 */
describe("clients of XRootD in the environments that the facility renders", function () {
  this.timeout(600_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-readers-"));
  let door: RunningXrootd | undefined;
  let python: PythonEnvironment | undefined;
  const environments: Record<string, Readonly<Record<string, string>>> = {};

  before(async function () {
    fs.chmodSync(folder, 0o755);
    door = await startXrootd(this, folder);
    const [host = "", port = ""] = door.address.split(":");
    const local = { kind: "external", host, port: Number(port) };
    const config = spoilt(await settingsOfKind("hub.dask: gateway"), ["data", "cache"], local);
    const site = parseSite(config, "a test");
    const { hub, gateway } = partsOf(site).hub;
    const values = hub.releases["chart"]?.values as JupyterHubValues;
    const code = Object.values((gateway?.releases["chart"]?.values as DaskGatewayValues).gateway.extraConfig).join("\n");
    const [, cluster = assert.fail("no environment of clusters")] = /ClusterConfig\.environment = (\{.*\})/.exec(code) ?? [];
    const clients = asRecord(hub.objects["clients"]?.["data"]) as Readonly<Record<string, string>>;
    environments["second container of its pod"] = clients;
    environments["user server"] = { ...clients, ...values.singleuser.extraEnv };
    environments["worker of Dask Gateway"] = parseAllDocuments(cluster)[0]?.toJS() as Readonly<Record<string, string>>;
    environments["job"] = clientEnvironment(site.data, WORKER_TOKEN_FILE);
  });
  after(async () => {
    await door?.program.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** The URL that a client asks for in an environment, as the plug-in makes it. */
  const asked = (url: string, env: NodeJS.ProcessEnv) =>
    url.replace("root://xcache/", `root://${env["XCACHE_HOST"]}:${env["XCACHE_PORT"]}/`);
  const whole = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
    PATH: process.env["PATH"],
    HOME: folder,
    ...IMAGE,
    ...env,
  });

  it("lead a user server, a worker and a job to the same place, whatever the image says", async () => {
    fs.writeFileSync(path.join(folder, "files", "store", "known"), "known\n");
    for (const [what, rendered] of Object.entries(environments)) {
      const env = whole(rendered);
      const copy = path.join(folder, "copy");
      await run("xrdcp", ["-f", asked("root://xcache//store/known", env), copy], { env });
      assert.equal(fs.readFileSync(copy, "utf8"), "known\n", what);
    }
    const { XCACHE_HOST: _, XCACHE_PORT: __, ...silent } = environments["job"] ?? {};
    const env = whole(silent);
    await assert.rejects(run("xrdcp", ["-f", asked("root://xcache//store/known", env), path.join(folder, "copy")], { env }));
  });

  it("let uproot read a file of ROOT through XRootD", async function () {
    python = await pythonEnvironment(this, path.join(__dirname, "python", "readers.txt"));
    const file = path.join(folder, "files", "store", "events.root");
    await python.ask(READER, { write: file, events: EVENTS });
    for (const [what, rendered] of Object.entries(environments)) {
      const env = whole(rendered);
      const answer = await python.ask(READER, { read: asked("root://xcache//store/events.root", env) }, env);
      assert.deepEqual(answer, { sum: (EVENTS * (EVENTS - 1)) / 2, source: "FSSpecSource" }, what);
    }
  });
});
