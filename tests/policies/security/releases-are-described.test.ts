import assert from "node:assert/strict";
import { releasesAreDescribed } from "#af/policies/security/releases-are-described";
import { certManagerValues } from "#af/components/platform/values";
import { UNKNOWN } from "#af/policies/model/field";
import { neverSilent, onlyFinding, saidBy, verdictOn } from "../expect";
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

describe("releases-are-described, beside the chart", () => {
  const said = (steps: readonly (string | number)[], value: unknown, object: Data = release) =>
    verdictOn([changed(object, steps, value)], [releasesAreDescribed]).findings.map(({ path, message }) => `${path}: ${message}`);

  it("refuses every field that may change what the chart makes, and names those that do not", () => {
    const other =
      /^spec\.postRenderers: postRenderers may change what the chart makes, which nobody can see; allowed: chart, values, .*, interval, /;
    assert.match(said(["spec", "postRenderers"], [{}]).join(), other);
    assert.deepEqual(said(["spec", "interval"], "5m"), []);
    assert.deepEqual(said(["spec", "postRenderers"], null), []);
    assert.match(
      said(chart("valuesFiles"), ["a.yaml"]).join(),
      /^spec\.chart\.spec\.valuesFiles: .*; allowed: chart, version, sourceRef, interval, verify$/,
    );
    assert.deepEqual(said(chart("interval"), "5m"), []);
    const own: Data = {
      apiVersion: "helm.sh/v3",
      kind: "Release",
      metadata: { name: "cert-manager", namespace: "work" },
      spec: { chart: "cert-manager", version: "v1.21.2", values: certManagerValues({ kind: "internal" }) },
    };
    assert.deepEqual(saidBy(releasesAreDescribed, [own]), []);
    assert.match(
      said(["spec", "postrender"], "./edit", own).join(),
      /^spec\.postrender: postrender may change .*; allowed: .*repositoryOpts/,
    );
  });

  it("takes values from the release's own Secret alone", () => {
    const from = (source: Data) => said(["spec", "valuesFrom"], [source]);
    const own = { kind: "Secret", name: "cert-manager-values" };
    assert.deepEqual(from(own), []);
    const refused = (who: string) => [
      `spec.valuesFrom[0]: values come from ${who}, which nobody can see; allowed: values of the release, and the Secret cert-manager-values`,
    ];
    assert.deepEqual(from({ ...own, targetPath: "a.b" }), refused("Secret cert-manager-values"));
    assert.deepEqual(from({ ...own, kind: "ConfigMap" }), refused("ConfigMap cert-manager-values"));
    assert.deepEqual(from({ ...own, name: "other" }), refused("Secret other"));
    assert.deepEqual(from({}), refused("something without a name"));
  });

  it("names the value that the description does not read", () => {
    const unread = (path: string) => [
      `${path}: the description of chart cert-manager does not read this value, so nobody can see what it does; allowed: values that it reads`,
    ];
    assert.deepEqual(said(["spec", "values", "webhook", "brandNew"], true), unread("spec.values.webhook.brandNew"));
    assert.deepEqual(said(["spec", "values", "brandNew"], { a: [{ b: 1 }] }), unread("spec.values.brandNew.a[0].b"));
    assert.deepEqual(
      said(["spec", "values"], UNKNOWN).filter((text) => text.includes("does not read")),
      [],
    );
    assert.deepEqual(said(chart("version"), undefined), [
      "spec: chart cert-manager without a version is not the described v1.21.2; what it runs may differ",
    ]);
  });
});
