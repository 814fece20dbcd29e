import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { accountKeyHash, accountSecret, certificateSecret, type CertificateOrder } from "#af/sandbox/controller/issue";
import { authoritySecret, heldText, ORDER } from "./situations";

describe("a Secret that cert-manager would make", () => {
  it("has the type, the keys, the label and the annotations by which others find it", async () => {
    const secret = await certificateSecret({ ...ORDER, labels: { team: "hub" }, annotations: { note: "n" } });
    assert.equal(secret["type"], "kubernetes.io/tls");
    assert.deepEqual(Object.keys(secret["data"] as object).sort(), ["ca.crt", "tls.crt", "tls.key"]);
    assert.deepEqual(secret.metadata.labels, { team: "hub", "controller.cert-manager.io/fao": "true" });
    assert.deepEqual(secret.metadata.annotations, {
      note: "n",
      "cert-manager.io/alt-names": "hub.example.org,www.example.org",
      "cert-manager.io/certificate-name": "hub",
      "cert-manager.io/common-name": "",
      "cert-manager.io/ip-sans": "",
      "cert-manager.io/issuer-group": "",
      "cert-manager.io/issuer-kind": "ClusterIssuer",
      "cert-manager.io/issuer-name": "internal",
      "cert-manager.io/uri-sans": "",
    });
    // Without --enable-certificate-owner-ref the Secret outlives its Certificate.
    assert.equal(secret.metadata.ownerReferences, undefined);
  });

  it("is signed by the authority of the issuer, whose certificate is beside it", async () => {
    const authority = await authoritySecret();
    const pair = { certificate: heldText(authority, "tls.crt"), key: heldText(authority, "tls.key") };
    const secret = await certificateSecret({ ...ORDER, authority: pair });
    const certificate = new X509Certificate(heldText(secret, "tls.crt"));
    const ca = new X509Certificate(heldText(secret, "ca.crt"));
    assert.equal(heldText(secret, "ca.crt"), pair.certificate);
    assert.ok(certificate.verify(ca.publicKey) && certificate.checkIssued(ca) && ca.ca && !certificate.ca);
    assert.ok(certificate.checkHost("hub.example.org") && certificate.checkHost("www.example.org"));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(heldText(secret, "tls.key"))));
  });

  it("of an ACME issuer has no ca.crt, so nobody may mount it", async () => {
    const secret = await certificateSecret({ ...ORDER, authority: "stand-in" });
    assert.deepEqual(Object.keys(secret["data"] as object).sort(), ["tls.crt", "tls.key"]);
    assert.match(new X509Certificate(heldText(secret, "tls.crt")).issuer, /stand-in/);
  });

  it("has a key of the kind and encoding that was asked for", async () => {
    const table: readonly [order: Partial<CertificateOrder>, head: string, type: string][] = [
      [{ algorithm: "RSA", size: 2048 }, "BEGIN RSA PRIVATE KEY", "rsa"],
      [{ algorithm: "RSA", size: 2048, encoding: "PKCS8" }, "BEGIN PRIVATE KEY", "rsa"],
      [{ algorithm: "ECDSA", size: 384 }, "BEGIN EC PRIVATE KEY", "ec"],
      [{ algorithm: "ECDSA", size: 256, encoding: "PKCS8" }, "BEGIN PRIVATE KEY", "ec"],
    ];
    for (const [order, head, type] of table) {
      const secret = await certificateSecret({ ...ORDER, ...order });
      assert.match(heldText(secret, "tls.key"), new RegExp(head));
      assert.equal(createPrivateKey(heldText(secret, "tls.key")).asymmetricKeyType, type);
    }
  });

  it("holds the key of an ACME account, from which the issuer's status has a hash", async () => {
    const secret = await accountSecret({ secret: "account", namespace: "cert-manager", key: "tls.key" });
    assert.deepEqual(secret.metadata.labels, { "app.kubernetes.io/managed-by": "cert-manager" });
    assert.match(heldText(secret, "tls.key"), /BEGIN RSA PRIVATE KEY/);
    assert.match(accountKeyHash(heldText(secret, "tls.key")), /^[A-Za-z0-9+/]{43}=$/);
    assert.throws(() => accountKeyHash("no key"));
  });
});
