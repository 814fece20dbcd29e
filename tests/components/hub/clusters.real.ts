import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { chartAtHand } from "../../support/charts-at-hand";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";
import { StartedProgram } from "../../support/started-program";
import { RunningHub } from "./running-hub";
import { PYTHON, subjectOf, type Subject } from "./subjects";

/** Dask Gateway's own backend for tests: schedulers and workers are tasks of the gateway's process. */
const IN_PROCESS = "dask_gateway_server.backends.inprocess.InProcessBackend";

const PREFIX = "/services/dask-gateway";

/** The part of a pod that says what its programs find in their environment. */
interface NotebookPod {
  readonly spec: { readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value?: string }[] }[] };
}

/*
 * Hub and gateway get the site's own values; only their addresses, where clusters run and how users log in are the test's. A notebook's client
 * gets the environment of the pod that the hub makes for it, its token among it, with the test's hosts and ports.
 */
describe("clusters of the real Dask Gateway, asked for by its real client", function () {
  this.timeout(600_000);
  const perUser = 2;
  const most = 3;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-gateway-"));
  const hub = new RunningHub();
  let environment: PythonEnvironment;
  let subject: Subject;
  let gateway: StartedProgram | undefined;
  let client: Readonly<Record<string, string>> = {};
  let gatewayUrl = "";

  before(async function () {
    environment = await pythonEnvironment(this, path.join(PYTHON, "gateway.txt"));
    const config = await settingsOfKind("hub.dask(gateway).backend: htcondor");
    const changes: readonly (readonly [path: readonly string[], value: unknown])[] = [
      [["backend", "class"], IN_PROCESS],
      [["clusters", "perUser"], perUser],
      [["workers", "max"], most],
    ];
    subject = subjectOf(
      "a test",
      changes.reduce((tree, [at, value]) => spoilt(tree, ["hub", "dask", ...at], value), config),
    );
    await hub.start(await pythonEnvironment(this, path.join(PYTHON, "hub.txt")), subject, {
      dummy: true,
      chart: chartAtHand("jupyterhub"),
    });
    const [api, front] = await freePorts(2);
    fs.writeFileSync(path.join(folder, "values.json"), JSON.stringify(subject.gateway));
    const file = path.join(folder, "config.py");
    const lines = [
      "import json, sys",
      `sys.path.insert(0, ${JSON.stringify(PYTHON)})`,
      "from gateway_config import config_of",
      `c.merge(config_of(json.load(open(${JSON.stringify(path.join(folder, "values.json"))}))))`,
      `c.DaskGateway.address = "127.0.0.1:${api}"`,
      `c.JupyterHubAuthenticator.jupyterhub_api_url = "${new URL("hub/api", hub.url).href}"`,
      `c.Proxy.address = c.Proxy.tcp_address = "127.0.0.1:${front}"`,
      `c.Proxy.prefix = "${PREFIX}"`,
      `c.LocalBackend.clusters_directory = ${JSON.stringify(folder)}`,
    ];
    fs.writeFileSync(file, lines.join("\n"));
    const command = [environment.python, "-m", "dask_gateway_server", "--config", file];
    gateway = new StartedProgram(command, { cwd: folder, env: { ...process.env, JUPYTERHUB_API_TOKEN: "the gateway" } }, "TERM");
    const notebook = await environmentOfNotebook();
    const own = Object.fromEntries(Object.entries(notebook).filter(([name]) => /^(DASK_GATEWAY__|JUPYTERHUB_API_TOKEN$)/.test(name)));
    gatewayUrl = `http://127.0.0.1:${front}${PREFIX}`;
    const { protocol, pathname } = new URL(own["DASK_GATEWAY__ADDRESS"] ?? "");
    client = {
      ...own,
      // The host is the test's, and the rest as in the pod: a name whose certificate no image trusts would be refused.
      DASK_GATEWAY__ADDRESS: `${protocol}//127.0.0.1:${front}${pathname}`,
      DASK_GATEWAY__PROXY_ADDRESS: `gateway://127.0.0.1:${front}`,
    };
    await gateway.until("the gateway answers", async () => (await fetch(`${gatewayUrl}/api/health`)).ok);
  });
  after(async () => {
    await gateway?.stop(20_000);
    await hub.stop();
    fs.rmSync(folder, { recursive: true });
  });

  /** What the programs of a server find in their environment that the hub starts for a user who has logged in. */
  async function environmentOfNotebook(): Promise<Readonly<Record<string, string>>> {
    const browser = hub.browser();
    await browser.open("hub/login");
    const login = await browser.open("hub/login", { username: "alice", password: "any" });
    assert.equal(login.status, 302, hub.complaints().join("\n"));
    const form = await browser.open("hub/spawn");
    const [, profile = ""] = /name="profile"[^>]*value="([^"]+)"|value="([^"]+)"/.exec(form.text) ?? [];
    await browser.open("hub/spawn", { profile });
    const pod = (await hub.created("Pod")) as unknown as NotebookPod;
    return Object.fromEntries(pod.spec.containers.flatMap(({ env }) => env.map(({ name, value = "" }) => [name, value])));
  }

  it("are made up to the number that a user may have, with no more workers than a cluster may have, and are gone when closed", async () => {
    const given = { ask: perUser + 2, workers: most + 2, most, settle: 4 };
    const answer = await environment.ask(path.join(PYTHON, "gateway_client.py"), given, client);
    assert.deepEqual(answer, {
      options: [],
      made: perUser,
      refusals: [`you have ${perUser} of ${perUser} clusters that a user may have; shut one down first`],
      workers: most,
      result: 6,
      running: perUser,
      left: 0,
    });
  });
});
