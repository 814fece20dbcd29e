import assert from "node:assert/strict";
import { chartsComeFromTheirSource } from "#af/policies/security/charts-come-from-their-source";
import { certManager } from "#af/components/charts/cert-manager";
import { certManagerValues } from "#af/components/platform/values";
import { neverSilent, nothingFound, onlyFinding, saidBy, siteWith } from "../expect";
import { changed, type Data } from "../manifests";

const values = certManagerValues({ kind: "internal" });
const release: Data = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "cert-manager", namespace: "work" },
  spec: { chart: { spec: { chart: "cert-manager", version: "v1.21.2", sourceRef: { kind: "HelmRepository", name: "charts" } } }, values },
};
const repository: Data = {
  apiVersion: "source.toolkit.fluxcd.io/v1",
  kind: "HelmRepository",
  metadata: { name: "charts", namespace: "work" },
  spec: { url: certManager.repository },
};
const own: Data = {
  apiVersion: "helm.sh/v3",
  kind: "Release",
  metadata: { name: "cert-manager", namespace: "work" },
  spec: { chart: "cert-manager", version: "v1.21.2", repositoryOpts: { repo: certManager.repository }, values },
};

describe("charts-come-from-their-source", () => {
  const rule = chartsComeFromTheirSource;

  it("accepts the repository of the description", () => {
    nothingFound([own], rule);
  });

  it("refuses every other source", () => {
    const refused = new RegExp(`comes from .*; allowed: ${certManager.repository}$`);
    onlyFinding([changed(own, ["spec", "repositoryOpts", "repo"], "https://charts.example.org")], rule, "spec", refused);
    onlyFinding([changed(own, ["spec", "repositoryOpts"], undefined)], rule, "spec", refused);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, repository, ["spec", "url"], 1, [release]);
    neverSilent(rule, release, ["spec", "chart", "spec", "sourceRef", "name"], 1, [repository]);
    neverSilent(rule, own, ["spec", "repositoryOpts", "repo"], 1);
    // A repository in the name of the chart counts only where the options name no other one.
    neverSilent(rule, changed(own, ["spec", "chart"], `${certManager.repository}/cert-manager`), ["spec", "repositoryOpts"], "text");
  });
});

describe("charts-come-from-their-source, by the source that a release names", () => {
  const said = (...objects: readonly Data[]) => saidBy(chartsComeFromTheirSource, objects);
  const SOURCE = ["spec", "chart", "spec", "sourceRef"] as const;
  const refused = (from: string) => [`chart cert-manager comes from ${from}; allowed: ${certManager.repository}`];
  const unknown = refused("a source that this stack does not make");

  it("follows a HelmRelease to its repository, in its own namespace unless it says another", () => {
    assert.deepEqual(said(release, repository), []);
    assert.deepEqual(
      said(release, changed(repository, ["spec", "url"], "https://charts.example.org")),
      refused("https://charts.example.org"),
    );
    assert.deepEqual(said(release), unknown);
    assert.deepEqual(said(release, { ...repository, kind: "OCIRepository" }), unknown);
    const elsewhere = changed(repository, ["metadata", "namespace"], "sources");
    assert.deepEqual(said(release, elsewhere), unknown);
    assert.deepEqual(said(changed(release, [...SOURCE, "namespace"], "sources"), elsewhere), []);
    assert.deepEqual(said(changed(release, [...SOURCE, "namespace"], "sources"), repository), unknown);
    assert.deepEqual(said(changed(release, [...SOURCE, "kind"], "GitRepository"), repository), unknown);
    // The API server refuses a release without one.
    assert.deepEqual(said(changed(release, SOURCE, undefined), repository), []);
  });

  it("reads the repository of Pulumi's own Helm client from the name of the chart too", () => {
    const named = (chart: string) => said(changed(changed(own, ["spec", "repositoryOpts"], undefined), ["spec", "chart"], chart));
    assert.deepEqual(named(`${certManager.repository}/cert-manager`), []);
    assert.deepEqual(named("oci://charts.example.org/cert-manager"), refused("oci://charts.example.org"));
    assert.deepEqual(named("cert-manager"), unknown);
    // Without a repository's options Pulumi refuses a release that names no chart.
    assert.deepEqual(said(changed(own, ["spec", "chart"], "minio")), []);
  });

  it("allows the mirror of the site, and then nothing else", () => {
    const mirror = siteWith(["delivery", "mirror"], "oci://mirror.example.org/charts");
    const from = (repo: string) => saidBy(chartsComeFromTheirSource, [changed(own, ["spec", "repositoryOpts", "repo"], repo)], mirror);
    assert.deepEqual(from("oci://mirror.example.org/charts"), []);
    assert.deepEqual(from(certManager.repository), [
      `chart cert-manager comes from ${certManager.repository}; allowed: oci://mirror.example.org/charts`,
    ]);
  });
});
