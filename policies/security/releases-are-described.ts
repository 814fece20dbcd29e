import { findChart } from "../../components/charts/catalogue";
import { UNKNOWN, type Field } from "../model/field";
import { isFields } from "../model/fields";
import { releaseOf, type KubernetesObject } from "../model/objects";
import type { Judgement, ObjectRule } from "../model/rules";
import { replaced, TRAP } from "../model/unknown-values";
import { unreadValues } from "../model/unread-values";

/**
 * Fields of a release that change nothing of what the chart makes, by kind: when and how it is installed (https://fluxcd.io/flux/components/helm/helmreleases/,
 * https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/). `chart`, `values` and `valuesFrom` are judged one by one.
 */
const UNDERSTOOD: Readonly<Record<string, readonly string[]>> = {
  HelmRelease: [
    ...["chart", "values", "valuesFrom", "releaseName", "targetNamespace", "storageNamespace", "interval", "timeout", "suspend"],
    ...["maxHistory", "install", "upgrade", "rollback", "uninstall", "test", "driftDetection", "dependsOn", "persistentClient"],
  ],
  Release: [
    ...["chart", "version", "values", "repositoryOpts", "allowNullValues", "timeout", "maxHistory", "createNamespace", "atomic"],
    ...["cleanupOnFail", "dependencyUpdate", "description", "forceUpdate", "lint", "replace", "skipAwait", "waitForJobs", "verify"],
    ...["disableCRDHooks", "resetValues", "reuseValues"],
  ],
};
/** The same below `spec.chart.spec` of a HelmRelease. */
const UNDERSTOOD_OF_CHART = ["chart", "version", "sourceRef", "interval", "verify"];

export const releasesAreDescribed: ObjectRule = {
  name: "releases-are-described",
  pack: "security",
  title: "What every Helm release runs is described in the catalogue of charts, to the last value, so that all other rules can see it.",
  why: "What a chart makes is not in the stack, so no rule sees it. For a chart of the catalogue, components/charts describes the workloads, and the rules judge those. A value that the description does not read, a renderer after the chart or values from elsewhere make something else of it.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Remove what is not described, or describe it in components/charts; what the chart makes of it can be judged apart: npm run -s policy -- FILE of the rendered chart.",
  frameworks: ["facility:F-08", "facility:F-26"],
  scope: "object",
  check: (object, judgement) => {
    const release = releaseOf(object);
    if (!release) return;
    judgement.countChecked();
    const spec = object.root.at("spec");
    judgement.attempt(() => refuseOthers(spec, UNDERSTOOD[object.kind] ?? [], judgement));
    if (object.kind === "HelmRelease") judgement.attempt(() => refuseOthers(spec.at("chart", "spec"), UNDERSTOOD_OF_CHART, judgement));
    for (const source of spec.at("valuesFrom").items()) judgement.attempt(() => judgeSource(source, release.name, judgement));
    if (release.chart === undefined) {
      judgement.violation(spec, "the release names no chart, so nobody can see what it runs; allowed: a chart of the catalogue by name");
      return;
    }
    const chart = findChart(release.chart);
    if (!chart) {
      judgement.violation(spec, `chart ${release.chart} is not in the catalogue, so nobody can see what it runs`);
      return;
    }
    if (release.version !== chart.version)
      judgement.violation(
        spec,
        `chart ${release.chart} ${release.version ?? "without a version"} is not the described ${chart.version}; what it runs may differ`,
      );
    judgeValues(object, release.values, judgement);
  },
};

function refuseOthers(field: Field, understood: readonly string[], judgement: Judgement): void {
  for (const [name, value] of field.entries())
    if (!understood.includes(name) && value.given)
      judgement.violation(value, `${name} may change what the chart makes, which nobody can see; allowed: ${understood.join(", ")}`);
}

/** The facility's own Secret with the values that nobody may read, which holds credentials alone (components/delivery/helm-chart.ts). */
function judgeSource(source: Field, release: string, judgement: Judgement): void {
  const [kind, name] = [source.at("kind").text(), source.at("name").text()];
  if (kind === "Secret" && name === `${release}-values` && !source.at("targetPath").given) return;
  judgement.violation(
    source,
    `values come from ${kind ?? "something"} ${name ?? "without a name"}, which nobody can see; allowed: values of the release, and the Secret ${release}-values`,
  );
}

function judgeValues(object: KubernetesObject, values: Field, judgement: Judgement): void {
  const release = releaseOf(object);
  const chart = findChart(release?.chart ?? "");
  const given = values.raw() === UNKNOWN ? {} : replaced(values.raw() ?? {}, UNKNOWN, TRAP);
  // What cannot be turned into workloads is said of the workloads by every rule that looks at them.
  if (!release || !chart || !isFields(given) || object.obstacle !== undefined) return;
  for (const path of unreadValues(chart, { name: release.name, namespace: release.namespace, values: given })) {
    const [last, ...above] = [...path].reverse();
    const parent = above
      .reverse()
      .reduce<Field>((field, step) => (typeof step === "number" ? (field.items()[step] ?? field) : field.at(step)), values);
    const field = typeof last === "number" ? (parent.items()[last] ?? parent) : parent.at(String(last));
    judgement.violation(
      field,
      `the description of chart ${chart.name} does not read this value, so nobody can see what it does; allowed: values that it reads`,
    );
  }
}
