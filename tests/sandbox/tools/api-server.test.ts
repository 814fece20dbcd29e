import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { ApiServer } from "#af/sandbox/tools/api-server";
import { make, text } from "../plugins/tls/support";

/** Plays an API server that is slow in writing its certificate: half of it is there before it listens, and the rest before it answers. */
const SLOW = `
const fs = require("node:fs"), https = require("node:https"), path = require("node:path");
const given = (name) => process.argv.find((each) => each.startsWith("--" + name + "=")).split("=")[1];
const [cert, key] = ["cert.pem", "key.pem"].map((name) => fs.readFileSync(path.join(__dirname, name), "utf8"));
fs.mkdirSync(given("cert-dir"));
const file = path.join(given("cert-dir"), "apiserver.crt");
fs.writeFileSync(file, cert.slice(0, cert.length / 2));
setTimeout(() => {
  fs.writeFileSync(file, cert);
  https.createServer({ cert, key }, (_, response) => response.end("ok")).listen(Number(given("secure-port")), "127.0.0.1");
}, 700);
`;

/** A certificate that signs itself, for 127.0.0.1, and its key, as PEM. */
async function selfSigned(): Promise<{ readonly cert: string; readonly key: string }> {
  const key = text((await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" })).values, "privateKeyPem");
  const inputs = { subject: { commonName: "server" }, ipAddresses: ["127.0.0.1"], validityPeriodHours: 1, allowedUses: ["server_auth"] };
  return { key, cert: text((await make("SelfSignedCert", { privateKeyPem: key, ...inputs })).values, "certPem") };
}

describe("a real API server on loopback", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-slow-server-"));
  const program = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text, { mode: 0o755 });
    return file;
  };
  after(() => fs.rmSync(folder, { recursive: true }));

  it("is known by its whole certificate, however slowly it writes it", async () => {
    const { cert, key } = await selfSigned();
    program("cert.pem", cert);
    program("key.pem", key);
    const server = new ApiServer();
    try {
      const idle = program("idle", "#!/bin/sh\nexec sleep 60\n");
      const slow = program("server", `#!${process.execPath}\n${SLOW}`);
      await server.start({ etcd: idle, "kube-apiserver": slow, "kube-controller-manager": idle }, "*");
      const config = new KubeConfig();
      config.loadFromFile(server.kubeconfig);
      assert.equal(Buffer.from(config.getCurrentCluster()?.caData ?? "", "base64").toString(), cert);
    } finally {
      await server.stop();
    }
  });
});
