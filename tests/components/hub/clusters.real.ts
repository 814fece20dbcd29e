import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";
import { StartedProgram } from "../../support/started-program";
import { PYTHON, subjectOf, type Subject } from "./subjects";

/** Dask Gateway's own backend for tests: schedulers and workers are tasks of the gateway's process. */
const IN_PROCESS = "dask_gateway_server.backends.inprocess.InProcessBackend";

const PREFIX = "/services/dask-gateway";

/** A hub that knows every token as the user of that name. */
function playedHub(): http.Server {
  return http.createServer((request, response) => {
    const [, name] = /^token (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    response.writeHead(request.url === "/hub/api/user" && name !== undefined ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "user", name, groups: [], admin: false, scopes: [] }));
  });
}

/*
 * The gateway gets the site's own values; only its addresses, where clusters run and the hub are the test's. A notebook's client gets the
 * environment of the hub's values, with the test's addresses.
 */
describe("clusters of the real Dask Gateway, asked for by its real client", function () {
  this.timeout(600_000);
  const perUser = 2;
  const most = 3;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-gateway-"));
  const hub = playedHub();
  let environment: PythonEnvironment;
  let subject: Subject;
  let gateway: StartedProgram | undefined;
  let client: Readonly<Record<string, string>> = {};

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
    hub.listen(0, "127.0.0.1");
    await once(hub, "listening");
    const [api, front] = await freePorts(2);
    fs.writeFileSync(path.join(folder, "values.json"), JSON.stringify(subject.gateway));
    const file = path.join(folder, "config.py");
    const lines = [
      "import json, sys",
      `sys.path.insert(0, ${JSON.stringify(PYTHON)})`,
      "from gateway_config import config_of",
      `c.merge(config_of(json.load(open(${JSON.stringify(path.join(folder, "values.json"))}))))`,
      `c.DaskGateway.address = "127.0.0.1:${api}"`,
      `c.JupyterHubAuthenticator.jupyterhub_api_url = "http://127.0.0.1:${(hub.address() as AddressInfo).port}/hub/api"`,
      `c.Proxy.address = c.Proxy.tcp_address = "127.0.0.1:${front}"`,
      `c.Proxy.prefix = "${PREFIX}"`,
      `c.LocalBackend.clusters_directory = ${JSON.stringify(folder)}`,
    ];
    fs.writeFileSync(file, lines.join("\n"));
    const command = [environment.python, "-m", "dask_gateway_server", "--config", file];
    gateway = new StartedProgram(command, { cwd: folder, env: { ...process.env, JUPYTERHUB_API_TOKEN: "the gateway" } }, "TERM");
    const { extraEnv } = subject.hub.singleuser;
    const own = Object.fromEntries(Object.entries(extraEnv).filter(([name]) => name.startsWith("DASK_GATEWAY__")));
    const address = `http://127.0.0.1:${front}${PREFIX}`;
    client = {
      ...own,
      DASK_GATEWAY__ADDRESS: address,
      DASK_GATEWAY__PUBLIC_ADDRESS: address,
      DASK_GATEWAY__PROXY_ADDRESS: `gateway://127.0.0.1:${front}`,
    };
    await gateway.until("the gateway answers", async () => (await fetch(`${address}/api/health`)).ok, 60_000);
  });
  after(async () => {
    await gateway?.stop(20_000);
    hub.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("are made up to the number that a user may have, with no more workers than a cluster may have, and are gone when closed", async () => {
    const given = { ask: perUser + 2, workers: most + 2, most, settle: 4 };
    const answer = await environment.ask(path.join(PYTHON, "gateway_client.py"), given, { ...client, JUPYTERHUB_API_TOKEN: "alice" });
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
