import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { conditionOf } from "#af/sandbox/cluster/world";
import { customResources } from "#af/sandbox/controller/custom-resources";
import type { Action } from "#af/sandbox/controller/reconciler";
import { certManager, object } from "./builders";
import { accountSecretNamed, after, authoritySecret, eventsIn, wanted } from "./situations";

const issuer = (spec: object, metadata: object = { namespace: undefined }, kind = "ClusterIssuer"): ClusterObject =>
  object("cert-manager.io/v1", kind, "one", { metadata, spec });
const acme = (solvers: readonly object[] = []): ClusterObject =>
  issuer({
    acme: { email: "a@example.org", server: "https://acme.example.org/directory", privateKeySecretRef: { name: "account" }, solvers },
  });
const changes = (subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] =>
  wanted(customResources, subject, ...others, ...certManager);
const verdict = (subject: ClusterObject, ...others: readonly ClusterObject[]): string => {
  const { status, reason, message } = conditionOf(after(subject, changes(subject, ...others)), "Ready") ?? {};
  return `${status} ${reason}: ${message}`;
};
const inCertManager = { metadata: { namespace: "cert-manager" } };

describe("an issuer in the sandbox", () => {
  it("of type ACME makes its account's key, then has an account", () => {
    const subject = acme();
    const [first, ...rest] = changes(subject);
    assert.deepEqual(first, { kind: "account", order: { secret: "account", namespace: "cert-manager", key: "tls.key" } });
    assert.deepEqual(rest, []);
    const account = accountSecretNamed("account");
    assert.match(verdict(subject, account), /^True ACMEAccountRegistered: The ACME account was registered.*stand-in: no server was asked/);
    const { acme: told } = after(subject, changes(subject, account))["status"] as { acme: Record<string, string> };
    assert.equal(told["uri"], "https://acme.example.org/acme/acct/stand-in");
    assert.equal(told["lastRegisteredEmail"], "a@example.org");
  });

  it("of type ACME is not ready while its DNS solver's Secret is missing, is elsewhere, or lacks the key", () => {
    const subject = acme([{ dns01: { rfc2136: { tsigSecretSecretRef: { name: "dns-tsig", key: "key" } } } }]);
    const account = accountSecretNamed("account");
    const tsig = (rest: Readonly<Record<string, unknown>>): ClusterObject => object("v1", "Secret", "dns-tsig", rest);
    assert.equal(verdict(subject, account), 'False InvalidSolver: failed to get secret "dns-tsig": secrets "dns-tsig" not found');
    assert.match(verdict(subject, account, tsig({ data: { key: "aw==" } })), /InvalidSolver/);
    const other = tsig({ ...inCertManager, data: { other: "aw==" } });
    assert.equal(verdict(subject, account, other), 'False InvalidSolver: the secret "dns-tsig" does not have key "key"');
    assert.match(verdict(subject, account, tsig({ ...inCertManager, data: { key: "aw==" } })), /^True/);
  });

  it("of type CA is ready when its Secret holds the key pair of an authority, where cert-manager looks for it", async () => {
    const authority = await authoritySecret();
    const subject = issuer({ ca: { secretName: "authority" } });
    const table: readonly [others: readonly ClusterObject[], expected: RegExp][] = [
      [[], /^False ErrGetKeyPair: Error getting keypair for CA issuer: secrets "authority" not found$/],
      [[{ ...authority, metadata: { ...authority.metadata, namespace: "hub" } }], /secrets "authority" not found/],
      [[{ ...authority, data: { "tls.crt": "eA==" } }], /no data for "tls.key" in secret 'cert-manager\/authority'/],
      [[{ ...authority, data: { "tls.crt": "eA==", "tls.key": "eA==" } }], /error decoding certificate PEM block/],
      [[await authoritySecret(false)], /^False ErrInvalidKeyPair: .*certificate is not a CA$/],
      [[authority], /^True KeyPairVerified: Signing CA verified$/],
    ];
    for (const [others, expected] of table) assert.match(verdict(subject, ...others), expected);
    assert.deepEqual(eventsIn(changes(subject, authority)), ["KeyPairVerified: Signing CA verified"]);
    const own = issuer({ ca: { secretName: "authority" } }, { namespace: "hub" }, "Issuer");
    assert.match(verdict(own, { ...authority, metadata: { ...authority.metadata, namespace: "hub" } }), /^True/);
  });

  it("that signs itself is ready at once", () => {
    assert.equal(verdict(issuer({ selfSigned: {} })), "True IsReady: ");
  });
});
