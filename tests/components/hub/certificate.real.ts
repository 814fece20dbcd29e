import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import * as tls from "node:tls";
import { certificateSecret } from "#af/sandbox/controller/issue";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { projectFolder } from "#af/stacks/site/project";
import { settingsOfKind } from "../../support/site-kinds";
import { StartedProgram } from "../../support/started-program";
import { subjectOf } from "./subjects";

const HOST = "hub.af.example.edu";
const PACKAGE = path.join(projectFolder(), "node_modules", "configurable-http-proxy");

/** A key and its certificate, as cert-manager writes them into a Secret. */
async function pair(): Promise<Readonly<Record<"tls.key" | "tls.crt", string>>> {
  const { data } = await certificateSecret({
    ...{ secret: "hub-tls", namespace: "hub", certificate: "hub", commonName: HOST, dnsNames: [HOST], labels: {}, annotations: {} },
    ...{ issuer: { name: "a", kind: "Issuer", group: "cert-manager.io" }, authority: "self", algorithm: "ECDSA", size: 256 },
    ...{ encoding: "PKCS8", hours: 1, ca: false },
  });
  const text = (key: string) => Buffer.from((data as Record<string, string>)[key] ?? "", "base64").toString();
  return { "tls.key": text("tls.key"), "tls.crt": text("tls.crt") };
}

/** Puts files where the kubelet shows those of a Secret: a link to a folder, which it exchanges for another at once. */
function mount(folder: string, files: Readonly<Record<string, string>>): void {
  const data = fs.mkdtempSync(path.join(folder, "..data_"));
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(data, name), text);
    if (!fs.existsSync(path.join(folder, name))) fs.symlinkSync(path.join("..data", name), path.join(folder, name));
  }
  fs.symlinkSync(path.basename(data), path.join(folder, "..data_tmp"));
  fs.renameSync(path.join(folder, "..data_tmp"), path.join(folder, "..data"));
}

/** The certificate that the proxy shows to a new connection, in PEM. */
async function shown(port: number): Promise<string> {
  const socket = tls.connect({ port, host: "127.0.0.1", servername: HOST, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect");
    const der = socket.getPeerCertificate().raw;
    return `-----BEGIN CERTIFICATE-----\n${(der.toString("base64").match(/.{1,64}/g) ?? []).join("\n")}\n-----END CERTIFICATE-----`;
  } finally {
    socket.destroy();
  }
}

/** Milliseconds within which the proxy answers, or serves a renewed certificate. */
const PATIENCE = 40_000;

/* The arguments are those of the chart: https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/deployment.yaml */
describe("a renewed certificate, served by the real configurable-http-proxy", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-proxy-"));
  const finish = new EventEmitter();
  const behind = http.createServer((_, response) => {
    response.write("begun, ");
    finish.once("now", () => response.end("ended"));
  });
  let proxy: StartedProgram;
  let [port, plain] = [0, 0];

  before(async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(PACKAGE, "package.json"), "utf8")) as { version: string };
    console.log(`      configurable-http-proxy: the chart's 5.2.0, here ${version}`);
    behind.listen(0, "127.0.0.1");
    await once(behind, "listening");
    const hub = `http://127.0.0.1:${(behind.address() as AddressInfo).port}`;
    const { chp } = subjectOf("a test", await settingsOfKind("hub.expose: address")).hub.proxy;
    mount(folder, await pair());
    const [api = 0, ...ports] = await freePorts(3);
    [port = 0, plain = 0] = ports;
    const command = [
      process.execPath,
      path.join(PACKAGE, "bin", "configurable-http-proxy"),
      ...["--ip=127.0.0.1", "--api-ip=127.0.0.1", `--api-port=${api}`, `--default-target=${hub}`, `--error-target=${hub}/hub/error`],
      ...[`--port=${port}`, `--redirect-port=${plain}`, "--redirect-to=443"],
      ...[`--ssl-key=${folder}/tls.key`, `--ssl-cert=${folder}/tls.crt`],
    ];
    proxy = new StartedProgram(command, {
      env: { PATH: process.env["PATH"], CONFIGPROXY_AUTH_TOKEN: "ab".repeat(32), ...chp.extraEnv },
    });
    await proxy.until("the proxy answers", async () => (await shown(port)) !== "", PATIENCE);
  });
  after(async () => {
    await proxy.stop();
    behind.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("is served to new connections within a minute, and cuts none", async () => {
    const download = https.get({ port, host: "127.0.0.1", path: "/long", rejectUnauthorized: false });
    const [response] = (await once(download, "response")) as [http.IncomingMessage];
    const renewed = await pair();
    assert.notEqual(await shown(port), renewed["tls.crt"].trim());
    mount(folder, renewed);
    await proxy.until("the renewed certificate is served", async () => (await shown(port)) === renewed["tls.crt"].trim(), PATIENCE);
    finish.emit("now");
    let text = "";
    for await (const chunk of response) text += String(chunk);
    assert.equal(text, "begun, ended");
  });

  it("is not served without its key: the proxy says so, keeps the old pair, and serves the next whole one", async () => {
    const before = await shown(port);
    const [one, other] = [await pair(), await pair()];
    mount(folder, { "tls.key": one["tls.key"], "tls.crt": other["tls.crt"] });
    const isSaid = () => Promise.resolve(/the certificate in \S+tls\.crt is not served: /.test(proxy.log));
    await proxy.until("the proxy says it", isSaid, PATIENCE);
    assert.equal(await shown(port), before);
    mount(folder, other);
    await proxy.until("the next pair is served", async () => (await shown(port)) === other["tls.crt"].trim(), PATIENCE);
  });

  it("changes nothing of the redirection from http", async () => {
    const request = http.get({ port: plain, host: "127.0.0.1", path: "/hub", headers: { host: HOST } });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    response.resume();
    assert.deepEqual([response.statusCode, new URL(response.headers.location ?? "").href], [301, `https://${HOST}/hub`]);
  });
});
