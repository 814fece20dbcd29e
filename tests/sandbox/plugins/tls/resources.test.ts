import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { plain, Secret, textOf, type JsonObject, type PropertyMap } from "#af/sandbox/plugins/properties";
import { tlsProvider } from "#af/sandbox/plugins/tls/resources";

const provider = tlsProvider();
const urn = (kind: string): string => `urn:pulumi:s::p::tls:index/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}::r`;
const check = async (kind: string, news: PropertyMap): Promise<{ inputs: PropertyMap; failures: readonly string[] }> => {
  const { inputs, failures = [] } = await provider.check({ urn: urn(kind), olds: {}, news, randomSeed: new Uint8Array() });
  return { inputs, failures: failures.map(({ reason }) => reason) };
};
const make = async (kind: string, news: PropertyMap): Promise<{ id: string; outputs: PropertyMap; values: JsonObject }> => {
  const { inputs, failures } = await check(kind, news);
  assert.deepEqual(failures, []);
  const { id, outputs } = await provider.create({ urn: urn(kind), inputs, timeout: 0, preview: false });
  return { id, outputs, values: plain(outputs) };
};
const text = (values: JsonObject, key: string): string => textOf(values[key]);

const keys = [
  { algorithm: "RSA", rsaBits: 2048 },
  { algorithm: "ECDSA", ecdsaCurve: "P224" },
  { algorithm: "ECDSA", ecdsaCurve: "P256" },
  { algorithm: "ECDSA", ecdsaCurve: "P384" },
  { algorithm: "ECDSA", ecdsaCurve: "P521" },
  { algorithm: "ED25519" },
];

describe("tls provider", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tls-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    const full = path.join(folder, name);
    fs.writeFileSync(full, content, { mode: 0o600 });
    return full;
  };
  /** Asks a program of the machine for its opinion; without it the test is skipped, but not in CI. */
  const ask = (test: Mocha.Context, program: string, ...args: string[]): string => {
    const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    if (error === undefined) {
      assert.equal(status, 0, `${program} ${args.join(" ")}: ${stderr}`);
      return stdout + stderr;
    }
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || process.env["CI"] === "true") throw error;
    console.log(`      skipped: no ${program} on PATH`);
    return test.skip();
  };

  for (const input of keys) {
    const name = Object.values(input).join(" ");

    it(`makes a ${name} key whose forms are one and the same key, and secret`, async () => {
      const { outputs, values } = await make("PrivateKey", input);
      for (const key of ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"]) assert.ok(outputs[key] instanceof Secret, key);
      const [one, other] = [createPrivateKey(text(values, "privateKeyPem")), createPrivateKey(text(values, "privateKeyPemPkcs8"))];
      assert.ok(one.equals(other));
      assert.match(text(values, "publicKeyPem"), /^-----BEGIN PUBLIC KEY-----/);
    });

    it(`writes a ${name} key so that OpenSSH reads it back`, async function () {
      const { values } = await make("PrivateKey", input);
      if (input.ecdsaCurve === "P224") return assert.deepEqual([values["privateKeyOpenssh"], values["publicKeyOpenssh"]], ["", ""]);
      const key = file(`${name}.key`, text(values, "privateKeyOpenssh"));
      assert.equal(ask(this, "ssh-keygen", "-y", "-f", key).trim(), text(values, "publicKeyOpenssh").trim());
      assert.match(
        ask(this, "ssh-keygen", "-l", "-f", key),
        new RegExp(text(values, "publicKeyFingerprintSha256").replace(/[+/]/g, "\\$&")),
      );
    });

    it(`signs with a ${name} key what OpenSSL accepts`, async function () {
      const authority = (await make("PrivateKey", input)).values;
      const subject = { commonName: "Dask authority", organization: "coffea-casa", country: "US" };
      const common = { validityPeriodHours: 24, isCaCertificate: true, setSubjectKeyId: true };
      const root = await make("SelfSignedCert", {
        ...common,
        privateKeyPem: text(authority, "privateKeyPem"),
        subject,
        allowedUses: ["cert_signing", "crl_signing"],
      });
      const server = (await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" })).values;
      const names = {
        dnsNames: ["dask.example.org", "*.dask.example.org"],
        ipAddresses: ["10.0.0.7", "2001:db8::1"],
        uris: ["spiffe://af/dask"],
      };
      const asked = await make("CertRequest", {
        privateKeyPem: text(server, "privateKeyPem"),
        subject: { commonName: "Scheduler" },
        ...names,
      });
      const leaf = await make("LocallySignedCert", {
        certRequestPem: text(asked.values, "certRequestPem"),
        caPrivateKeyPem: text(authority, "privateKeyPem"),
        caCertPem: text(root.values, "certPem"),
        validityPeriodHours: 12,
        allowedUses: ["digitalSignature", "server_auth", "client_auth"],
      });
      const [rootFile, leafFile] = [file("root.pem", text(root.values, "certPem")), file("leaf.pem", text(leaf.values, "certPem"))];
      assert.match(ask(this, "openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", rootFile, leafFile), /: OK/);
      assert.match(
        ask(this, "openssl", "req", "-verify", "-noout", "-in", file("r.csr", text(asked.values, "certRequestPem"))),
        /verify OK/,
      );
      const certificate = new X509Certificate(text(leaf.values, "certPem"));
      assert.ok(certificate.checkHost("alice.dask.example.org") !== undefined && certificate.checkIP("2001:db8::1") !== undefined);
      assert.equal(certificate.checkHost("example.org"), undefined);
      assert.equal(BigInt(`0x${certificate.serialNumber}`).toString(), leaf.id);
      assert.ok(root.outputs["privateKeyPem"] instanceof Secret);
      assert.equal(leaf.values["caKeyAlgorithm"], input.algorithm);
      assert.equal(Date.parse(text(leaf.values, "validityEndTime")) - Date.parse(text(leaf.values, "validityStartTime")), 12 * 3_600_000);
      assert.equal(Date.parse(certificate.validTo), Date.parse(text(leaf.values, "validityEndTime")));
    });
  }

  it("makes a certificate anew when it runs out, and keeps it when only the renewal time changes", async () => {
    const { values: key } = await make("PrivateKey", { algorithm: "ED25519" });
    const news = { privateKeyPem: text(key, "privateKeyPem"), validityPeriodHours: 10, allowedUses: ["server_auth"] };
    const { inputs } = await check("SelfSignedCert", news);
    const { outputs } = await make("SelfSignedCert", news);
    const diff = async (next: PropertyMap): Promise<readonly unknown[]> => {
      const request = { urn: urn("SelfSignedCert"), id: "1", oldInputs: inputs, oldState: outputs, news: next, ignoreChanges: [] };
      const { changes, replaces } = await provider.diff(request);
      return [...changes, ...(replaces ?? [])];
    };
    assert.deepEqual(await diff(inputs), []);
    assert.deepEqual(await diff({ ...inputs, earlyRenewalHours: 2 }), [["earlyRenewalHours", "update"]]);
    assert.deepEqual(await diff({ ...inputs, earlyRenewalHours: 11 }), [["earlyRenewalHours", "update"], "readyForRenewal"]);
    assert.deepEqual(await diff({ ...inputs, dnsNames: ["a"] }), [["dnsNames", "add-replace"]]);
    const updated = await provider.update({
      urn: urn("SelfSignedCert"),
      id: "1",
      inputs: { ...inputs, earlyRenewalHours: 2 },
      oldState: outputs,
      ignoreChanges: [],
      timeout: 0,
      preview: false,
    });
    assert.equal(updated["certPem"], outputs["certPem"]);
  });

  it("names every mistake in the arguments, and what is allowed", async () => {
    const { failures } = await check("SelfSignedCert", { ipAddresses: ["10.0.0"], allowedUses: ["everything"] });
    assert.deepEqual(failures.slice(0, 3), [
      "privateKeyPem is missing",
      '"10.0.0" is no IP address',
      "validityPeriodHours is missing; it must be a number of hours, 0 or more",
    ]);
    assert.match(failures[3] ?? "", /^"everything" is no use of a certificate; allowed are digital_signature, .*server_auth/);
    assert.deepEqual((await check("PrivateKey", { algorithm: "DSA" })).failures, ['algorithm is "DSA"; allowed are RSA, ECDSA, ED25519']);
    assert.deepEqual((await check("PrivateKey", { algorithm: "RSA", rsaBits: 512 })).failures, [
      "rsaBits is 512; it must be a whole number from 1024 to 16384",
    ]);
    assert.deepEqual((await check("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "K1" })).failures, [
      'ecdsaCurve is "K1"; allowed are P224, P256, P384, P521',
    ]);
    const writeOnly = await check("CertRequest", { privateKeyPemWo: "x" });
    assert.deepEqual(writeOnly.failures, ["the tls stand-in has no privateKeyPemWo; use privateKeyPem"]);
  });

  it("refuses keys, requests and authorities that are none, without quoting them", async () => {
    const { values: key } = await make("PrivateKey", { algorithm: "ED25519" });
    const { values: other } = await make("PrivateKey", { algorithm: "ED25519" });
    const pem = text(key, "privateKeyPem");
    const create = (kind: string, inputs: PropertyMap): Promise<unknown> =>
      Promise.resolve().then(() => provider.create({ urn: urn(kind), inputs, timeout: 0, preview: false }));
    const wrong = (reason: string) => ({ name: "PluginFailure", message: reason });
    await assert.rejects(
      create("SelfSignedCert", { privateKeyPem: "s3cret", validityPeriodHours: 1 }),
      wrong("privateKeyPem is no private key in PEM format"),
    );
    const ca = { caPrivateKeyPem: pem, validityPeriodHours: 1 };
    await assert.rejects(
      create("LocallySignedCert", { ...ca, certRequestPem: "x" }),
      wrong("certRequestPem is no certificate request in PEM format"),
    );
    const { values: asked } = await make("CertRequest", { privateKeyPem: pem });
    const certRequestPem = text(asked, "certRequestPem");
    await assert.rejects(
      create("LocallySignedCert", { ...ca, certRequestPem, caCertPem: "x" }),
      wrong("caCertPem is no certificate in PEM format"),
    );
    const { values: stranger } = await make("SelfSignedCert", {
      privateKeyPem: text(other, "privateKeyPem"),
      validityPeriodHours: 1,
      allowedUses: [],
    });
    const mixed = { ...ca, certRequestPem, caCertPem: text(stranger, "certPem") };
    await assert.rejects(create("LocallySignedCert", mixed), wrong("caPrivateKeyPem is not the key of caCertPem"));
  });
});
