import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import fc from "fast-check";
import type { JsonObject } from "#af/sandbox/plugins/properties";
import { certificates, expectedSubject, EXTENDED_USAGES, subjectOf, USAGES } from "./drawn";
import { KEYS, make, OpenSsl, text } from "./support";

describe("certificates of the tls provider", function () {
  this.timeout(120_000);
  const openssl = new OpenSsl();
  const privateKeys: string[] = [];
  const roots: string[] = [];

  before(async function () {
    if (!openssl.isThere()) return this.skip();
    for (const [index, input] of KEYS.entries()) {
      const { values } = await make("PrivateKey", input);
      privateKeys.push(text(values, "privateKeyPem"));
      const root = await make("SelfSignedCert", { ...rootInputs(index), setAuthorityKeyId: true });
      roots.push(text(root.values, "certPem"));
    }
  });
  after(() => openssl.remove());

  const rootInputs = (index: number) => ({
    privateKeyPem: privateKeys[index] ?? "",
    subject: { commonName: "facility internal authority" },
    isCaCertificate: true,
    validityPeriodHours: 600_000,
    allowedUses: ["cert_signing", "crl_signing"],
  });
  const inFile = (name: string, values: JsonObject): string => openssl.file(name, text(values, "certPem"));
  /** A certificate for a request, by the third authority. */
  const signed = async (request: JsonObject): Promise<JsonObject> => {
    const ca = { caPrivateKeyPem: privateKeys[2] ?? "", caCertPem: roots[2] ?? "" };
    const certificate = { ...ca, certRequestPem: text(request, "certRequestPem"), validityPeriodHours: 1, allowedUses: [] };
    return (await make("LocallySignedCert", certificate)).values;
  };

  for (const [index, input] of KEYS.entries()) {
    it(`writes ${Object.values(input).join(" ")} keys and certificates that OpenSSL reads and finds well-formed`, async () => {
      const { values } = await make("PrivateKey", input);
      const one = openssl.ask("pkey", "-in", openssl.file("one.pem", text(values, "privateKeyPem")), "-check", "-pubout");
      const other = openssl.ask("pkey", "-in", openssl.file("other.pem", text(values, "privateKeyPemPkcs8")), "-check", "-pubout");
      assert.equal(one, other);
      assert.ok(one.includes(text(values, "publicKeyPem").trim()));
      const root = openssl.file("root.pem", roots[index] ?? "");
      // RFC 4055 wants the parameters of RSA's signatures to be NULL, and those of the others to be absent.
      const parameters = openssl.ask("asn1parse", "-in", root).match(/OBJECT +:\S*[Ww]ith\S*\n.*: NULL/g) ?? [];
      assert.equal(parameters.length, input.algorithm === "RSA" ? 2 : 0);
      assert.match(openssl.ask("verify", "-x509_strict", "-check_ss_sig", "-CAfile", root, root), /: OK/);
    });
  }

  it("makes certificates of any subject, names, uses and keys that verify, and that say what was asked", () =>
    fc.assert(
      fc.asyncProperty(certificates, async ({ authority, holder, subject, issuer, names, ...inputs }) => {
        const ofIssuer = { ...rootInputs(authority), subject: { ...issuer, commonName: "facility internal authority" } };
        const caCertPem = text((await make("SelfSignedCert", ofIssuer)).values, "certPem");
        const request = await make("CertRequest", { privateKeyPem: privateKeys[holder] ?? "", subject, ...names });
        const { id, values } = await make("LocallySignedCert", {
          ...inputs,
          certRequestPem: text(request.values, "certRequestPem"),
          caPrivateKeyPem: privateKeys[authority] ?? "",
          caCertPem,
        });
        const [root, leaf] = [openssl.file("ca.pem", caCertPem), inFile("leaf.pem", values)];
        assert.match(
          openssl.ask("req", "-verify", "-noout", "-in", openssl.file("r.csr", text(request.values, "certRequestPem"))),
          /verify OK/,
        );
        openssl.ask("asn1parse", "-in", leaf);
        assert.match(openssl.ask("verify", "-x509_strict", "-purpose", "any", "-CAfile", root, leaf), /: OK/);

        const read = new X509Certificate(text(values, "certPem"));
        assert.ok(read.verify(createPublicKey(privateKeys[authority] ?? "")) && read.checkIssued(new X509Certificate(caCertPem)));
        assert.ok(read.checkPrivateKey(createPrivateKey(privateKeys[holder] ?? "")));
        assert.equal(BigInt(`0x${read.serialNumber}`).toString(), id);
        assert.equal(Date.parse(read.validFrom), Date.parse(text(values, "validityStartTime")));
        assert.equal(Date.parse(read.validTo) - Date.parse(read.validFrom), inputs.validityPeriodHours * 3_600_000);
        assert.deepEqual(subjectOf(read), expectedSubject(subject));
        for (const name of names.dnsNames) assert.equal(read.checkHost(name, { subject: "never" }), name);
        for (const address of names.ipAddresses) assert.equal(read.checkIP(address), address);
        const listed = read.subjectAltName?.split(", ") ?? [];
        assert.equal(listed.length, Object.values(names).flat().length);
        for (const uri of names.uris) assert.ok(listed.includes(`URI:${uri}`), uri);

        const extensions = openssl.extensions(leaf);
        const said = (table: Readonly<Record<string, string>>): readonly string[] => inputs.allowedUses.flatMap((use) => table[use] ?? []);
        assert.equal(
          extensions.get("X509v3 Key Usage"),
          orNone(
            Object.values(USAGES).filter((use) => said(USAGES).includes(use)),
            "critical ",
          ),
        );
        assert.equal(extensions.get("X509v3 Extended Key Usage"), orNone(said(EXTENDED_USAGES), ""));
        // The official provider sets no limit for 0.
        const limit = inputs.maxPathLength > 0 ? `, pathlen:${inputs.maxPathLength}` : "";
        assert.equal(extensions.get("X509v3 Basic Constraints"), inputs.isCaCertificate ? `critical CA:TRUE${limit}` : "critical CA:FALSE");
        assert.equal(extensions.has("X509v3 Subject Key Identifier"), inputs.isCaCertificate || inputs.setSubjectKeyId);
        const authorityId = openssl.extensions(root).get("X509v3 Subject Key Identifier");
        assert.equal(extensions.get("X509v3 Authority Key Identifier"), authorityId);
        assert.equal(
          extensions.get("X509v3 Subject Alternative Name")?.startsWith("critical") ?? false,
          listed.length > 0 && Object.keys(subject).length === 0,
        );
      }),
      { numRuns: 60 },
    ));

  it("identifies keys as the official provider does", () => {
    for (const [index, { algorithm }] of KEYS.entries()) {
      const root = openssl.file("root.pem", roots[index] ?? "");
      const [, ofBits = ""] = /Public key OCSP hash: ([0-9A-F]{40})/.exec(openssl.ask("x509", "-noout", "-ocspid", "-in", root)) ?? [];
      const raw = createPublicKey(privateKeys[index] ?? "")
        .export({ type: "spki", format: "der" })
        .subarray(-32);
      const ofOctets = createHash("sha1")
        .update(Buffer.concat([Buffer.from([4, 32]), raw]))
        .digest("hex")
        .toUpperCase();
      const id = openssl.extensions(root).get("X509v3 Subject Key Identifier")?.replaceAll(":", "");
      assert.equal(id, algorithm === "ED25519" ? ofOctets : ofBits, algorithm);
    }
  });

  it("names the authority's key only where the official provider does", async () => {
    const named = async (inputs: JsonObject): Promise<string | undefined> => {
      const { values } = await make("SelfSignedCert", { ...rootInputs(2), ...inputs });
      return openssl.extensions(inFile("self.pem", values)).get("X509v3 Authority Key Identifier");
    };
    const own = openssl.extensions(openssl.file("root.pem", roots[2] ?? "")).get("X509v3 Subject Key Identifier");
    assert.equal(await named({}), undefined);
    assert.equal(await named({ setAuthorityKeyId: true }), own);
    assert.equal(await named({ isCaCertificate: false, setSubjectKeyId: true, setAuthorityKeyId: true }), own);
    // A certificate with its issuer's name passes for a self-signed one.
    const { subject } = rootInputs(2);
    const { values: request } = await make("CertRequest", { privateKeyPem: privateKeys[5] ?? "", subject });
    const values = await signed(request);
    assert.equal(openssl.extensions(inFile("twin.pem", values)).has("X509v3 Authority Key Identifier"), false);
  });

  it("orders the values of one attribute as DER wants them, and leaves an email address to the request alone", async () => {
    const subject = { streetAddresses: ["Bb", "A", "Ba"], commonName: "x", emailAddress: "a@b.org" };
    const { values: request } = await make("CertRequest", { privateKeyPem: privateKeys[2] ?? "", subject });
    const asked = openssl.ask("req", "-noout", "-subject", "-in", openssl.file("r.csr", text(request, "certRequestPem")));
    assert.match(asked, /street = A \+ street = Ba \+ street = Bb, CN = x, emailAddress = a@b.org/);
    const values = await signed(request);
    assert.match(openssl.ask("x509", "-noout", "-subject", "-in", inFile("leaf.pem", values)), /street = Bb, CN = x\n/);
  });

  it("takes over from a foreign request what the official provider does, and nothing else", async () => {
    const names = "subjectAltName=email:a@b.org,DNS:a.org,IP:10.0.0.7,URI:af:x,RID:1.2.3";
    const key = openssl.file("key.pem", privateKeys[2] ?? "");
    const subject = ["-subj", "/DC=org/CN=foreign", "-addext", names, "-addext", "keyUsage=digitalSignature"];
    const certRequestPem = openssl.ask("req", "-new", "-key", key, ...subject);
    const ca = { caPrivateKeyPem: privateKeys[2] ?? "", caCertPem: roots[2] ?? "" };
    const { values } = await make("LocallySignedCert", { ...ca, certRequestPem, validityPeriodHours: 1, allowedUses: [] });
    const leaf = inFile("leaf.pem", values);
    const extensions = openssl.extensions(leaf);
    assert.equal(extensions.get("X509v3 Subject Alternative Name"), "DNS:a.org, IP Address:10.0.0.7, URI:af:x");
    assert.equal(extensions.has("X509v3 Key Usage"), false);
    assert.equal(openssl.ask("x509", "-noout", "-subject", "-in", leaf), "subject=CN = foreign\n");
  });

  it("writes an IPv4 address within IPv6 as IPv4", async () => {
    const ipAddresses = ["::ffff:10.0.0.7", "::10.0.0.8", "2001:DB8::1"];
    const { values } = await make("SelfSignedCert", { ...rootInputs(2), ipAddresses });
    const names = openssl.extensions(inFile("self.pem", values)).get("X509v3 Subject Alternative Name");
    assert.equal(names, "IP Address:10.0.0.7, IP Address:0:0:0:0:0:0:A00:8, IP Address:2001:DB8:0:0:0:0:0:1");
  });
});

function orNone(words: readonly string[], prefix: string): string | undefined {
  return words.length === 0 ? undefined : prefix + words.join(", ");
}
