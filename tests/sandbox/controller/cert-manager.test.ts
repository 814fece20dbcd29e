import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { conditionOf } from "#af/sandbox/cluster/world";
import { customResources } from "#af/sandbox/controller/custom-resources";
import { certificateSecret } from "#af/sandbox/controller/issue";
import type { Action } from "#af/sandbox/controller/reconciler";
import { certManager, object } from "./builders";
import { after, authoritySecret, eventsIn, heldText, ORDER, wanted } from "./situations";

const READY = { conditions: [{ type: "Ready", status: "True" }] };
const certificate = (spec: object = {}, status: object = {}): ClusterObject =>
  object("cert-manager.io/v1", "Certificate", "hub", {
    spec: { secretName: "hub-tls", dnsNames: [...ORDER.dnsNames], issuerRef: { kind: "ClusterIssuer", name: "internal" }, ...spec },
    status,
  });
const issuer = (spec: object, status: object = READY): ClusterObject =>
  object("cert-manager.io/v1", "ClusterIssuer", "internal", { metadata: { namespace: undefined }, spec, status });
const changes = (subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] =>
  wanted(customResources, subject, ...others, ...certManager);
const verdicts = (subject: ClusterObject, ...others: readonly ClusterObject[]): string => {
  const told = after(subject, changes(subject, ...others));
  return ["Ready", "Issuing"]
    .flatMap((type) => conditionOf(told, type) ?? [])
    .map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)
    .join("\n");
};
const orders = (actions: readonly Action[]) => actions.flatMap((each) => (each.kind === "issue" ? [each.order] : []));

describe("a certificate in the sandbox", () => {
  it("waits for its issuer and says so, as far as its own status says anything", () => {
    const waiting = /^Ready=False DoesNotExist: Issuing certificate as Secret does not exist \(waiting: Referenced/;
    assert.match(verdicts(certificate()), waiting);
    assert.match(verdicts(certificate(), issuer({ selfSigned: {} }, {})), /Ready status condition.*\nIssuing=True DoesNotExist/);
    assert.deepEqual(orders(changes(certificate(), issuer({ selfSigned: {} }, {}))), []);
  });

  it("is ordered with cert-manager's defaults, from the authority that its issuer has", async () => {
    const authority = await authoritySecret();
    const [order] = orders(changes(certificate(), issuer({ ca: { secretName: "authority" } }), authority));
    assert.deepEqual(order, {
      ...ORDER,
      authority: { certificate: heldText(authority, "tls.crt"), key: heldText(authority, "tls.key") },
      algorithm: "RSA",
      size: 2048,
      hours: 2160,
    });
    const authorities = [issuer({ acme: {} }), issuer({ selfSigned: {} })].flatMap((each) => orders(changes(certificate(), each)));
    assert.deepEqual(
      authorities.map((each) => each.authority),
      ["stand-in", "self"],
    );
  });

  it("is announced, issued, and up to date with its times and revision", async () => {
    const subject = certificate();
    const announced = after(subject, changes(subject, issuer({ selfSigned: {} })));
    assert.equal(verdicts(subject, issuer({ selfSigned: {} })).split("\n").length, 2);
    const secret = await certificateSecret(ORDER);
    const done = changes(announced, issuer({ selfSigned: {} }), secret);
    assert.deepEqual(eventsIn(done), ["Issuing: The certificate has been successfully issued"]);
    const finished = after(announced, done);
    const { status } = finished as unknown as { status: Record<string, string> & { revision: number; conditions: object[] } };
    assert.equal(status.conditions.length, 1);
    assert.match(verdicts(announced, secret), /^Ready=True Ready: Certificate is up to date and has not expired \(stand-in/);
    assert.equal(status.revision, 1);
    const [from, until, renewal] = ["notBefore", "notAfter", "renewalTime"].map((name) => Date.parse(status[name] ?? ""));
    assert.equal((until ?? 0) - (from ?? 0), ORDER.hours * 3_600_000);
    assert.equal((until ?? 0) - (renewal ?? 0), (ORDER.hours / 3) * 3_600_000);
    assert.deepEqual(changes(finished, secret), []);
    const again = after(finished, changes({ ...finished, spec: { ...(finished["spec"] as object), dnsNames: ["x.example.org"] } }, secret));
    assert.equal((after(again, changes(again, secret))["status"] as { revision: number }).revision, 2);
  });

  it("stays ready when its issuer goes, because only its Secret counts", async () => {
    assert.match(verdicts(certificate(), await certificateSecret(ORDER)), /^Ready=True/);
  });

  it("is issued again for the reasons for which cert-manager does it", async () => {
    const secret = await certificateSecret(ORDER);
    const other = await certificateSecret(ORDER);
    const annotated = (name: string, value: string): ClusterObject => ({
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, [`cert-manager.io/${name}`]: value } },
    });
    const data = secret["data"] as Record<string, string>;
    const table: readonly [subject: ClusterObject, held: ClusterObject, expected: RegExp][] = [
      [certificate(), { ...secret, data: { "tls.crt": data["tls.crt"] } }, /MissingData: .* private key/],
      [certificate(), { ...secret, data: { "tls.key": data["tls.key"] } }, /MissingData: .* certificate/],
      [certificate(), { ...secret, data: { ...data, "tls.crt": "eA==" } }, /InvalidCertificate/],
      [certificate(), { ...secret, data: { ...data, "tls.key": (other["data"] as Record<string, string>)["tls.key"] } }, /InvalidKeyPair/],
      [certificate(), annotated("issuer-name", "old"), /IncorrectIssuer: .*"ClusterIssuer\.cert-manager\.io\/old"/],
      [certificate(), annotated("certificate-name", "hub2"), /IncorrectCertificate: Secret was issued for "hub2"/],
      [certificate({ dnsNames: ["hub.example.org"] }), secret, /RequestChanged: .*\[spec\.dnsNames\]/],
      [certificate({ commonName: "hub.example.org" }), secret, /RequestChanged: .*\[spec\.commonName\]/],
      [certificate(), await certificateSecret({ ...ORDER, hours: 0 }), /Expired/],
    ];
    for (const [subject, held, expected] of table) {
      assert.match(verdicts(subject, held, issuer({ selfSigned: {} })), expected);
      assert.equal(orders(changes(subject, held, issuer({ selfSigned: {} }))).length, 1, String(expected));
    }
    // The order of the names says nothing.
    assert.match(verdicts(certificate({ dnsNames: [...ORDER.dnsNames].reverse() }), secret), /^Ready=True/);
  });
});
