import { findChart } from "../../components/charts/catalogue";
import { is, releaseOf, type KubernetesObject } from "../model/objects";
import type { SiteRule } from "../model/rules";

export const chartsComeFromTheirSource: SiteRule = {
  name: "charts-come-from-their-source",
  pack: "security",
  title: "Every chart comes from the repository that its description names, or from the site's own mirror.",
  why: "A chart of the same name and version from another repository is another chart, with other workloads than those that the rules judge.",
  sources: ["https://fluxcd.io/flux/components/source/helmrepositories/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Name the chart's own repository, or the mirror of the site in af:delivery.mirror.",
  frameworks: ["facility:F-25"],
  scope: "site",
  check: (objects, site, on) => {
    const repositories = new Map(
      objects
        .filter((object) => is(object, "source.toolkit.fluxcd.io/*", "HelmRepository"))
        .map((object) => [`${object.namespace}/${object.name}`, object]),
    );
    for (const object of objects) {
      const judgement = on(object);
      judgement.attempt(() => {
        const chart = findChart(releaseOf(object)?.chart ?? "");
        if (!chart) return;
        judgement.countChecked();
        const expected = site.delivery.mirror ?? chart.repository;
        // The API server refuses a HelmRelease that names no source.
        if (object.kind === "HelmRelease" && !object.root.at("spec", "chart", "spec", "sourceRef").given) return;
        const found = sourceOf(object, repositories, chart.name);
        if (found !== expected)
          judgement.violation(
            object.root.at("spec"),
            `chart ${chart.name} comes from ${found ?? "a source that this stack does not make"}; allowed: ${expected}`,
          );
      });
    }
  },
};

function sourceOf(object: KubernetesObject, repositories: ReadonlyMap<string, KubernetesObject>, chart: string): string | undefined {
  const spec = object.root.at("spec");
  if (object.kind === "Release") {
    const named = spec.at("chart").text() ?? "";
    const suffix = `/${chart}`;
    return spec.at("repositoryOpts", "repo").text() ?? (named.endsWith(suffix) ? named.slice(0, -suffix.length) : undefined);
  }
  const reference = spec.at("chart", "spec", "sourceRef");
  if (reference.at("kind").text() !== "HelmRepository") return undefined;
  const namespace = reference.at("namespace").text() ?? object.namespace;
  return repositories
    .get(`${namespace}/${reference.at("name").text() ?? ""}`)
    ?.root.at("spec", "url")
    .text();
}
