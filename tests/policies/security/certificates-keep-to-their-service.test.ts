import assert from "node:assert/strict";
import { nameOf } from "#af/components/tenancy/settings";
import { certificatesKeepToTheirService as rule } from "#af/policies/security/certificates-keep-to-their-service";
import { readSite } from "#af/stacks/site/read";
import { neverSilent, SITE, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";
import { SECRET } from "../rights";

const dask = SITE.hub.dask.kind === "sni" ? SITE.hub.dask : assert.fail();
const certificate = (dnsNames: readonly string[], more: Data = {}, namespace = "work"): Data => ({
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "own", namespace },
  spec: { secretName: "own-tls", dnsNames, issuerRef: { kind: "ClusterIssuer", name: "public" }, ...more },
});
const said = (object: Data, site = SITE) => {
  const { findings, checked } = verdictOn([object], [rule], site);
  return { checked: checked[rule.name], messages: findings.map(({ path, message }) => `${path}: ${message}`) };
};
const passes = (object: Data) => assert.deepEqual(said(object), { checked: 1, messages: [] });
const wildcards = [dask.domain, dask.workerDomain].map((below) => `*.${below}`);

describe("certificates-keep-to-their-service", () => {
  it("accepts hosts by their names, the hub's in its own namespace, and wildcards of users' clusters by themselves", () => {
    passes(certificate(["a.example.org", "b.example.org"], { commonName: "a.example.org" }));
    passes(certificate([SITE.hub.host], {}, nameOf(SITE.tenancy, "hub")));
    passes(certificate(wildcards));
  });

  it("refuses another wildcard, one that shares its key, and the hub's host elsewhere", () => {
    assert.deepEqual(said(certificate(["a.example.org", "*.example.org"])).messages, [
      `spec.dnsNames[1]: is for *.example.org; allowed: hosts by their names, or ${wildcards.join(", ")}`,
    ]);
    assert.equal(said(certificate([], { commonName: "*.example.org" })).messages.length, 1);
    assert.deepEqual(said(certificate(["a.example.org", ...wildcards])).messages, [
      "spec.dnsNames[0]: shares its key with a wildcard of users' clusters; allowed: a Certificate of its own for a.example.org",
    ]);
    assert.deepEqual(said(certificate([SITE.hub.host])).messages, [
      `spec.dnsNames[0]: is for the hub's host ${SITE.hub.host}; allowed: in the namespace ${nameOf(SITE.tenancy, "hub")} alone`,
    ]);
  });

  it("knows no wildcard at a site whose clusters have no names of their own", () => {
    assert.deepEqual(said(certificate(wildcards.slice(0, 1)), readSite("fnal")).messages, [
      `spec.dnsNames[0]: is for ${wildcards[0]}; allowed: hosts by their names`,
    ]);
  });

  it("refuses what copies a key into other namespaces, of a Certificate and of a Secret", () => {
    for (const name of [
      "reflector.v1.k8s.emberstack.com/reflection-allowed",
      "replicator.v1.mittwald.de/replicate-to",
      "kubed.appscode.com/sync",
    ]) {
      const annotations = { [name]: "true" };
      const found = `["${name}"]: ${name} copies the Secret into other namespaces; allowed: one namespace for each key`;
      assert.deepEqual(said(certificate(["a.example.org"], { secretTemplate: { annotations } })).messages, [
        `spec.secretTemplate.annotations${found}`,
      ]);
      assert.deepEqual(said(changed(SECRET, ["metadata", "annotations"], annotations)).messages, [`metadata.annotations${found}`]);
    }
    passes(certificate(["a.example.org"], { secretTemplate: { annotations: { "example.org/owner": "operators" } } }));
  });

  it("is never silent about what it cannot read", () => {
    const object = certificate(["a.example.org"]);
    neverSilent(rule, object, ["spec", "dnsNames"], "a.example.org");
    neverSilent(rule, object, ["spec", "dnsNames", 0], 1);
    neverSilent(rule, object, ["spec", "commonName"], {});
    neverSilent(rule, object, ["spec", "secretTemplate", "annotations"], "none");
  });
});
