import { findChart } from "../../components/charts/catalogue";
import { releaseOf } from "../model/objects";
import type { ObjectRule } from "../model/rules";

/**
 * What a chart makes is not in the stack, so no rule sees it. For a chart of the catalogue, components/charts describes the workloads, and the rules judge
 * those.
 */
export const releasesAreDescribed: ObjectRule = {
  name: "releases-are-described",
  pack: "security",
  title: "What every Helm release runs is described in the catalogue of charts, so that all other rules can see it.",
  severity: "medium",
  enforcement: "advisory",
  remedy: "Describe the chart in components/charts and add it to the catalogue, or judge the rendered chart: npm run -s policy -- FILE.",
  frameworks: ["facility:F-26"],
  scope: "object",
  check: (object, judgement) => {
    const release = releaseOf(object);
    if (!release) return;
    judgement.countChecked();
    const spec = object.root.at("spec");
    if (release.chart === undefined) {
      judgement.violation(spec, "the release names no chart, so nobody can see what it runs; allowed: a chart of the catalogue by name");
      return;
    }
    const chart = findChart(release.chart);
    if (!chart) judgement.violation(spec, `chart ${release.chart} is not in the catalogue, so nobody can see what it runs`);
    else if (release.version !== chart.version)
      judgement.violation(
        spec,
        `chart ${release.chart} ${release.version ?? "without a version"} is not the described ${chart.version}; what it runs may differ`,
      );
  },
};
