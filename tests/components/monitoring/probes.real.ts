import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { exporterConfig } from "#af/components/monitoring/probe-modules";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { BLACKBOX_EXPORTER } from "#af/sandbox/tools/tool";
import { requireBuilt } from "../../support/built-program";
import { startXrootd } from "../../support/xrootd";
import { StartedProgram } from "../../support/started-program";

/** Seconds that the exporter waits for a silent server; without them it waits as long as the module says. */
const PATIENCE = "2";

describe("the exporter's modules, run by the exporter", function () {
  this.timeout(700_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-blackbox-"));
  const servers: net.Server[] = [];
  const programs: StartedProgram[] = [];
  let exporter = "";

  before(async function () {
    const program = await requireBuilt(this, BLACKBOX_EXPORTER);
    fs.chmodSync(folder, 0o755);
    fs.writeFileSync(path.join(folder, "config.yml"), exporterConfig());
    const [port] = await freePorts(1);
    exporter = `127.0.0.1:${port}`;
    const started = new StartedProgram([program, `--config.file=${folder}/config.yml`, `--web.listen-address=${exporter}`], {
      env: process.env,
    });
    programs.push(started);
    await started.until("the exporter answers", async () => (await fetch(`http://${exporter}/-/healthy`)).ok);
  });
  after(async () => {
    for (const server of servers) server.close();
    for (const program of programs) await program.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** What the exporter measures at a target; `probe_success` is 1 where it is as it should be. */
  async function measured(name: string, target: string): Promise<Readonly<Record<string, number>>> {
    const query = new URLSearchParams({ module: name, target });
    const answer = await fetch(`http://${exporter}/probe?${query.toString()}`, {
      headers: { "X-Prometheus-Scrape-Timeout-Seconds": PATIENCE },
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return Object.fromEntries([...text.matchAll(/^(probe_\w+) (\S+)$/gm)].map(([, metric = "", value]) => [metric, Number(value)]));
  }
  const success = async (name: string, target: string) => (await measured(name, target))["probe_success"] === 1;

  async function listening(server: net.Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  }
  /** A server that reads, and answers with a text or with nothing. */
  const answering = (text: string) =>
    listening(
      net.createServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("data", () => text !== "" && socket.write(text));
      }),
    );
  async function web(status: number): Promise<string> {
    const [key, cert] = ["key", "cert"].map((name) => path.join(folder, `${name}.pem`)) as [string, string];
    if (!fs.existsSync(key)) {
      const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
      execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject], {
        stdio: "ignore",
      });
    }
    const options = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
    return `https://${await listening(https.createServer(options, (_, response) => response.writeHead(status).end()))}/`;
  }

  it("find XRootD, and nothing else, by its first words", async function () {
    const door = await startXrootd(this, folder);
    programs.push(door.program);
    assert.equal(await success("xrootd", door.address), true);
    for (const text of ["", "HTTP/1.1 400 Bad Request\r\n\r\n"])
      assert.equal(await success("xrootd", await answering(text)), false, `answers ${JSON.stringify(text)}`);
    await door.program.stop();
    assert.equal(await success("xrootd", door.address), false);
  });

  it("tell a port that is open from one that is closed", async () => {
    const address = await answering("");
    assert.equal(await success("tcp", address), true);
    const [closed] = await freePorts(1);
    assert.equal(await success("tcp", `127.0.0.1:${closed}`), false);
  });

  it("take a certificate of any authority only where they are told to, and tell when it ends", async () => {
    const target = await web(200);
    assert.equal(await success("https", target), false);
    const found = await measured("https-any-authority", target);
    assert.equal(found["probe_success"], 1);
    const days = ((found["probe_ssl_earliest_cert_expiry"] ?? 0) * 1000 - Date.now()) / 86_400_000;
    assert.ok(days > 1 && days < 3, String(days));
  });

  it("take a refusal for an answer, and a failure of the server for none", async () => {
    for (const status of [302, 401, 403]) assert.equal(await success("https-any-authority", await web(status)), true, String(status));
    for (const status of [500, 502, 503]) assert.equal(await success("https-any-authority", await web(status)), false, String(status));
    assert.equal(await success("https-any-authority", `http://${await answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}/`), false);
  });

  it("have a name that a Probe may give; another one is refused", async () => {
    const answer = await fetch(`http://${exporter}/probe?module=none&target=127.0.0.1:1`);
    assert.equal(answer.status, 400);
  });
});
