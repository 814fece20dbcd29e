import { chartsComeFromTheirSource } from "#af/policies/security/charts-come-from-their-source";
import { certManager } from "#af/components/charts/cert-manager";
import { certManagerValues } from "#af/components/platform/values";
import { neverSilent, nothingFound, onlyFinding } from "../expect";
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
  });
});
