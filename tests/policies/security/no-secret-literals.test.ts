import assert from "node:assert/strict";
import { noSecretLiterals as rule } from "#af/policies/security/no-secret-literals";
import { verdictOn } from "../expect";
import { changed, workload, type Data } from "../manifests";

const PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIN\n-----END EC PRIVATE KEY-----\n";
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwcm9ncmFtIn0.c2lnbmF0dXJl";
const SERVICE: Data = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "program", namespace: "work", annotations: { note: "nothing" } },
  spec: { ports: [{ port: 80 }] },
};

describe("no-secret-literals, in other objects than those that hold values", () => {
  const said = (object: Data) => verdictOn([object], [rule]).findings.map(({ path, message }) => `${path}: ${message}`);
  const base64 = (text: string, before = "") => Buffer.from(before + text).toString("base64");

  it("refuses what is a credential by its form, at any depth, and never repeats it", () => {
    const forms = [PEM, TOKEN, base64(PEM), base64(`-----BEGIN PRIVATE KEY-----`), base64("-----BEGIN RSA PRIVATE KEY-----")];
    for (const form of forms) {
      const [found = "nothing found", ...more] = said(changed(SERVICE, ["metadata", "annotations", "note"], form));
      assert.match(found, /^metadata\.annotations\.note: note has what looks like a (private key|JSON web token).*readable by all/);
      assert.deepEqual(more, []);
      assert.ok(!found.includes(form.slice(0, 20)));
    }
    const thing = { apiVersion: "ceph.rook.io/v1", kind: "CephCluster", metadata: { name: "c" }, spec: { a: [{ b: PEM }] } };
    assert.match(said(thing).join(), /^spec\.a\[0\]\.b: b has what looks like a private key/);
    assert.match(said(changed(workload("Deployment"), ["metadata", "annotations", "x"], PEM)).join(), /^metadata\.annotations\.x: x has/);
  });

  it("accepts it in a Secret, also in base64, and public texts anywhere", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "key" }, stringData: { key: PEM }, data: { key: base64(PEM) } };
    assert.deepEqual(said(secret), []);
    assert.match(said(changed(secret, ["metadata", "annotations", "last"], PEM)).join(), /last has what looks like a private key/);
    const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for (const text of [certificate, base64(certificate)])
      assert.deepEqual(said(changed(SERVICE, ["metadata", "annotations", "note"], text)), []);
  });

  it("tells each credential once", () => {
    const container = { name: "main", image: "registry.example.org/x:1.2.3", env: [{ name: "KEY", value: PEM }], args: [PEM] };
    assert.equal(said(workload("Deployment", { containers: [container] })).length, 2);
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: { key: PEM } };
    assert.equal(said(map).length, 1);
    assert.equal(said({ ...map, data: {}, binaryData: { key: base64(PEM) } }).length, 1);
  });
});
