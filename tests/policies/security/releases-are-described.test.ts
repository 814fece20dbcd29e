import assert from "node:assert/strict";
import { releasesAreDescribed } from "#af/policies/security/releases-are-described";
import { certManagerValues } from "#af/components/platform/values";
import { neverSilent, onlyFinding, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";

const release: Data = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "cert-manager", namespace: "work" },
  spec: { chart: { spec: { chart: "cert-manager", version: "v1.21.2" } }, values: certManagerValues({ kind: "internal" }) },
};
const chart = (...steps: string[]) => ["spec", "chart", "spec", ...steps];

describe("releases-are-described", () => {
  it("accepts a chart of the catalogue in its version", () => {
    assert.deepEqual(verdictOn([release]).findings, []);
  });

  it("says of every other chart that nobody can see what it runs", () => {
    const finding = onlyFinding(
      [changed(release, chart("chart"), "minio")],
      releasesAreDescribed,
      "spec",
      /chart minio is not in the catalogue, so nobody can see/,
    );
    assert.equal(finding.enforcement, "mandatory");
    onlyFinding([changed(release, ["spec", "chart"], undefined)], releasesAreDescribed, "spec", /the release names no chart/);
    onlyFinding(
      [changed(release, chart("version"), "v1.0.0")],
      releasesAreDescribed,
      "spec",
      /cert-manager v1\.0\.0 is not the described v1\.21\.2/,
    );
  });

  it("reads releases of Pulumi's own Helm client too", () => {
    const own = {
      apiVersion: "helm.sh/v3",
      kind: "Release",
      metadata: { name: "x", namespace: "work" },
      spec: { chart: "oci://example.org/charts/minio", version: "1" },
    };
    onlyFinding([own], releasesAreDescribed, "spec", /chart minio is not in the catalogue/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(releasesAreDescribed, release, chart("chart"), 1);
    neverSilent(releasesAreDescribed, release, chart("version"), 1);
    neverSilent(releasesAreDescribed, release, ["spec", "chart"], "cert-manager");
  });
});
