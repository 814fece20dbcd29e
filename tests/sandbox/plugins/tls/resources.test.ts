import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { Secret, type PropertyMap } from "#af/sandbox/plugins/properties";
import { check, KEYS, make, provider, text, urn } from "./support";

const HOUR = 3_600_000;
const keyPem = async (): Promise<string> => text((await make("PrivateKey", { algorithm: "ED25519" })).values, "privateKeyPem");
const create = (kind: string, inputs: PropertyMap): Promise<unknown> =>
  Promise.resolve().then(() => provider.create({ urn: urn(kind), inputs, timeout: 0, preview: false }));

describe("tls provider", function () {
  this.timeout(60_000);

  for (const input of KEYS) {
    it(`makes a ${Object.values(input).join(" ")} key whose forms are one and the same key, and secret`, async () => {
      const { id, outputs, values } = await make("PrivateKey", input);
      for (const key of ["privateKeyPem", "privateKeyPemPkcs8"]) assert.ok(outputs[key] instanceof Secret, key);
      const [one, other] = [createPrivateKey(text(values, "privateKeyPem")), createPrivateKey(text(values, "privateKeyPemPkcs8"))];
      assert.ok(one.equals(other) && createPublicKey(one).equals(createPublicKey(text(values, "publicKeyPem"))));
      const older = { RSA: "RSA PRIVATE KEY", ECDSA: "EC PRIVATE KEY", ED25519: "PRIVATE KEY" }[input.algorithm];
      assert.ok(text(values, "privateKeyPem").startsWith(`-----BEGIN ${older}-----\n`));
      const der = createPublicKey(one).export({ type: "spki", format: "der" });
      assert.equal(id, createHash("sha1").update(der).digest("hex"));
    });
  }

  it("leaves out what only OpenSSH reads, rather than to give an empty key", async () => {
    const { values } = await make("PrivateKey", { algorithm: "ED25519" });
    const absent = ["privateKeyOpenssh", "publicKeyOpenssh", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256"];
    assert.deepEqual(
      absent.filter((key) => key in values),
      [],
    );
  });

  it("fills in the defaults of the official provider", async () => {
    const added = async (kind: string): Promise<PropertyMap> => (await check(kind, {})).inputs;
    assert.deepEqual(await added("PrivateKey"), { rsaBits: 2048, ecdsaCurve: "P224" });
    assert.deepEqual(await added("CertRequest"), {});
    const common = { earlyRenewalHours: 0, isCaCertificate: false, setSubjectKeyId: false };
    assert.deepEqual(await added("SelfSignedCert"), { ...common, setAuthorityKeyId: false });
    assert.deepEqual(await added("LocallySignedCert"), common);
  });

  it("hides the keys that are given, and says their algorithm", async () => {
    for (const input of KEYS) {
      const pem = text((await make("PrivateKey", input)).values, "privateKeyPem");
      const ca = await make("SelfSignedCert", {
        privateKeyPem: pem,
        validityPeriodHours: 1,
        allowedUses: [],
        isCaCertificate: true,
        subject: { organization: "AF" },
      });
      const request = await make("CertRequest", { privateKeyPem: pem });
      const { certRequestPem = null } = request.outputs;
      const pair = { caPrivateKeyPem: pem, caCertPem: text(ca.values, "certPem") };
      const leaf = await make("LocallySignedCert", { ...pair, certRequestPem, validityPeriodHours: 1, allowedUses: [] });
      for (const outputs of [ca.outputs, request.outputs]) assert.ok(outputs["privateKeyPem"] instanceof Secret);
      assert.ok(leaf.outputs["caPrivateKeyPem"] instanceof Secret);
      const algorithms = [ca.values["keyAlgorithm"], request.values["keyAlgorithm"], leaf.values["caKeyAlgorithm"]];
      assert.deepEqual(new Set(algorithms), new Set([input.algorithm]));
      const body = text(request.values, "certRequestPem").replace(/-----.*-----|\n/g, "");
      assert.equal(request.id, createHash("sha1").update(Buffer.from(body, "base64")).digest("hex"));
    }
  });

  it("makes a certificate anew when it runs out, and keeps it when only the renewal time changes", async () => {
    const news = { privateKeyPem: await keyPem(), validityPeriodHours: 10, allowedUses: ["server_auth"] };
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
    const others: PropertyMap = {
      ...{ dnsNames: ["a"], ipAddresses: ["10.0.0.1"], uris: ["af:a"], subject: { commonName: "a" }, maxPathLength: 1 },
      ...{ isCaCertificate: true, setSubjectKeyId: true, setAuthorityKeyId: true, validityPeriodHours: 11, allowedUses: [] },
      privateKeyPem: await keyPem(),
    };
    for (const [key, value] of Object.entries(others)) {
      const changes = await diff({ ...inputs, [key]: value });
      assert.ok(changes.length > 0 && changes.every((change) => String(change).endsWith("-replace")), `${key}: ${String(changes)}`);
    }
    const update = { urn: urn("SelfSignedCert"), id: "1", oldState: outputs, ignoreChanges: [], timeout: 0, preview: false };
    const updated = await provider.update({ ...update, inputs: { ...inputs, earlyRenewalHours: 2 } });
    assert.equal(updated["certPem"], outputs["certPem"]);
  });

  it("says in a refresh that a certificate is to be renewed", async () => {
    const { id, outputs } = await make("SelfSignedCert", { privateKeyPem: await keyPem(), validityPeriodHours: 10, allowedUses: [] });
    const renewal = async (state: PropertyMap): Promise<unknown> =>
      (await provider.read({ urn: urn("SelfSignedCert"), id, inputs: {}, state }))?.outputs["readyForRenewal"];
    assert.equal(await renewal(outputs), false);
    assert.equal(await renewal({ ...outputs, earlyRenewalHours: 11 }), true);
    assert.equal(await renewal({ ...outputs, validityEndTime: new Date(Date.now() - HOUR).toISOString() }), true);
  });

  it("names every mistake in the arguments at once, and what is allowed", async () => {
    const { failures } = await check("SelfSignedCert", {
      ...{ ipAddresses: ["10.0.0", "fe80::1%eth0", "10.0.0.0/8", ""], dnsNames: ["münchen.example.org"] },
      ...{ uris: ["relative", "af:a b", "http://a/%zz"], subject: { emailAddress: "ä@b.org" } },
      ...{ allowedUses: ["everything", "serverAuth"], earlyRenewalHours: -1, maxPathLength: -2, setAuthorityKeyId: true },
    });
    const expected = [
      /^privateKeyPem is missing$/,
      /^dnsNames\[0\] is "münchen.example.org"; it must be in ASCII/,
      /^ipAddresses\[0\] is "10.0.0"; it must be an IPv4 or IPv6 address/,
      /^ipAddresses\[1\] is "fe80::1%eth0"/,
      /^ipAddresses\[2\] is "10.0.0.0\/8"/,
      /^ipAddresses\[3\] is ""/,
      /^uris\[0\] is "relative"; it must be an absolute URI/,
      /^uris\[1\] is "af:a b"/,
      /^uris\[2\] is "http:\/\/a\/%zz"/,
      /^subject.emailAddress is "ä@b.org"/,
      /^validityPeriodHours is missing; it must be a whole number of hours from 0 to 2562047$/,
      /^earlyRenewalHours is -1; it must be a whole number of hours of at least 0$/,
      /^maxPathLength is -2; it must be a whole number of certificates of at least -1$/,
      /^allowedUses\[0\] is "everything"; it must be one of any_extended, .*server_auth/,
      /^allowedUses\[1\] is "serverAuth"; it must be one of/,
      /^Could not determine Authority Key Identifier: setAuthorityKeyId needs setSubjectKeyId or isCaCertificate/,
    ];
    assert.equal(failures.length, expected.length, failures.join("\n"));
    for (const [index, pattern] of expected.entries()) assert.match(failures[index] ?? "", pattern);
  });

  const base = { privateKeyPem: "x", allowedUses: [], validityPeriodHours: 1 };
  const onlyFaults: readonly (readonly [kind: string, news: PropertyMap, reason: RegExp])[] = [
    ["PrivateKey", { algorithm: "DSA" }, /^algorithm is "DSA"; it must be one of RSA, ECDSA, ED25519$/],
    ["PrivateKey", {}, /^algorithm is missing/],
    ["PrivateKey", { algorithm: "RSA", rsaBits: 512 }, /^rsaBits is 512; it must be a whole number of bits from 1024 to 16384$/],
    ["PrivateKey", { algorithm: "RSA", ecdsaCurve: "K1" }, /^ecdsaCurve is "K1"; it must be one of P224, P256, P384, P521$/],
    ["CertRequest", { privateKeyPemWo: "x" }, /^the tls stand-in has no privateKeyPemWo; use privateKeyPem$/],
    ["SelfSignedCert", { ...base, validityPeriodHours: -1 }, /^validityPeriodHours is -1/],
    ["SelfSignedCert", { ...base, validityPeriodHours: 0.5 }, /^validityPeriodHours is 0.5/],
    ["SelfSignedCert", { ...base, validityPeriodHours: 2_562_048 }, /^validityPeriodHours is 2562048/],
    ["SelfSignedCert", { ...base, maxPathLength: 1 }, /^maxPathLength is 1, but only CAs are allowed to specify it/],
    ["SelfSignedCert", { ...base, isCaCertificate: true }, /^Must contain at least one Distinguished Name .*Certificate Authority/],
    ["SelfSignedCert", { privateKeyPem: "x", validityPeriodHours: 1 }, /^allowedUses is missing; it must be a list/],
  ];
  for (const [kind, news, reason] of onlyFaults) {
    it(`refuses a ${kind} of ${JSON.stringify(news)}`, async () => {
      const { failures } = await check(kind, news);
      assert.equal(failures.length, 1, failures.join("\n"));
      assert.match(failures[0] ?? "", reason);
    });
  }

  it("accepts a validity of 0 hours as the official provider does, and makes the certificate anew at once", async () => {
    const { inputs } = await check("SelfSignedCert", { ...base, validityPeriodHours: 0, privateKeyPem: await keyPem() });
    const { outputs } = await make("SelfSignedCert", inputs);
    const request = { urn: urn("SelfSignedCert"), id: "1", oldInputs: inputs, oldState: outputs, news: inputs, ignoreChanges: [] };
    assert.deepEqual((await provider.diff(request)).replaces, ["readyForRenewal"]);
  });

  it("refuses keys, requests and authorities that are none, without quoting them", async () => {
    const [pem, other] = [await keyPem(), await keyPem()];
    const rejects = (kind: string, inputs: PropertyMap, message: RegExp): Promise<void> =>
      assert.rejects(create(kind, inputs), (error: Error) => {
        assert.equal(error.name, "PluginFailure");
        assert.match(error.message, message);
        assert.ok(!error.message.includes("s3cret"));
        return true;
      });
    await rejects("SelfSignedCert", { ...base, privateKeyPem: "s3cret" }, /^Failed to parse private key PEM: privateKeyPem holds none/);
    const secp256k1 = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey.export({ type: "sec1", format: "pem" });
    const x25519 = generateKeyPairSync("x25519").privateKey.export({ type: "pkcs8", format: "pem" });
    const strange = { [secp256k1.toString()]: "ec on secp256k1", [x25519.toString()]: "x25519" };
    for (const [key, kind] of Object.entries(strange)) {
      const message = new RegExp(`^unsupported private key type: privateKeyPem is ${kind}; allowed are RSA, ECDSA on P224, .*ED25519$`);
      await rejects("CertRequest", { privateKeyPem: key }, message);
    }
    const ca = { caPrivateKeyPem: pem, validityPeriodHours: 1, allowedUses: [] };
    const { values: asked } = await make("CertRequest", { privateKeyPem: pem });
    const certRequestPem = text(asked, "certRequestPem");
    const { values: stranger } = await make("SelfSignedCert", { ...base, privateKeyPem: other });
    const { values: own } = await make("SelfSignedCert", { ...base, privateKeyPem: pem });
    const noRequest = /^Failed to parse certificate request PEM: certRequestPem holds none/;
    await rejects("LocallySignedCert", { ...ca, certRequestPem: "s3cret" }, noRequest);
    await rejects("LocallySignedCert", { ...ca, certRequestPem: certRequestPem.replace(/\n.{40}/, "\n") }, noRequest);
    await rejects(
      "LocallySignedCert",
      { ...ca, certRequestPem, caCertPem: "s3cret" },
      /^Failed to parse CA certificate PEM: caCertPem holds/,
    );
    const mismatch = /^Failed to create certificate: caPrivateKeyPem doesn't match the public key in caCertPem/;
    await rejects("LocallySignedCert", { ...ca, certRequestPem, caCertPem: text(stranger, "certPem") }, mismatch);
    const nameless = { ...ca, certRequestPem, caCertPem: text(own, "certPem"), isCaCertificate: true };
    await rejects("LocallySignedCert", nameless, /^certRequestPem: Must contain at least one Distinguished Name/);
  });
});
