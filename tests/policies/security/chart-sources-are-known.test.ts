import assert from "node:assert/strict";
import { certManager } from "#af/components/charts/cert-manager";
import { chartSourcesAreKnown as rule } from "#af/policies/security/chart-sources-are-known";
import type { Site } from "#af/stacks/site/schema";
import { neverSilent, nothingFound, onlyFinding, SITE, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";

const SOURCE: Data = {
  apiVersion: "source.toolkit.fluxcd.io/v1",
  kind: "HelmRepository",
  metadata: { name: "charts", namespace: "work" },
  spec: { url: certManager.repository, interval: "1h" },
};

describe("chart-sources-are-known", () => {
  it("accepts the repository of a described chart, and the mirror of the site", () => {
    nothingFound([SOURCE], rule);
    const mirrored: Site = { ...SITE, delivery: { ...SITE.delivery, mirror: "oci://registry.example.org/charts" } };
    const ofMirror = changed(SOURCE, ["spec", "url"], "oci://registry.example.org/charts");
    assert.deepEqual(verdictOn([ofMirror], [rule], mirrored).findings, []);
    assert.equal(verdictOn([ofMirror], [rule]).findings.length, 1);
  });

  it("refuses other sources, of every kind, and those that anybody may change on the way", () => {
    for (const kind of ["HelmRepository", "OCIRepository", "GitRepository"])
      onlyFinding(
        [changed({ ...SOURCE, kind }, ["spec", "url"], "https://git.example.org/x")],
        rule,
        "spec.url",
        /is a source that no chart is described from/,
      );
    const bucket = { ...SOURCE, kind: "Bucket", spec: { endpoint: "s3.example.org" } };
    onlyFinding([bucket], rule, "spec.endpoint", /is a source that no chart/);
    onlyFinding([changed(SOURCE, ["spec", "url"], undefined)], rule, "spec.url", /is left out; allowed: repositories/);
    onlyFinding([changed(SOURCE, ["spec", "insecure"], true)], rule, "spec.insecure", /is true, so anybody on the way/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, SOURCE, ["spec", "url"], 1);
    neverSilent(rule, SOURCE, ["spec", "insecure"], "yes");
  });
});
