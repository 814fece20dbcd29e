import assert from "node:assert/strict";
import { spreadPodsHaveDomains } from "#af/policies/quotas/spread-pods-have-domains";
import { verdictOn } from "../expect";
import { POD_SPEC, changed, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const POD = ["spec", "template", "spec"] as const;
const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const TERM = `spec.template.spec.affinity.podAntiAffinity.${REQUIRED}[0]`;
const labels = { app: "program" };
/** Keeps the pods on the hosts of one rack. */
const SPREAD = changed(
  changed(changed(workload("StatefulSet"), ["spec", "replicas"], 3), ["spec", "template", "metadata"], { labels }),
  POD,
  {
    ...POD_SPEC,
    nodeSelector: { "topology.kubernetes.io/zone": "c69" },
    tolerations: [{ operator: "Exists" }],
    affinity: { podAntiAffinity: { [REQUIRED]: [{ labelSelector: { matchLabels: labels }, topologyKey: "analysis-facility/pool" }] } },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: labels } },
    ],
  },
);

export const cases: RuleCases = {
  rule: spreadPodsHaveDomains,
  passes: [SPREAD],
  refused: [
    {
      of: 0,
      at: ["spec", "replicas"],
      value: 4,
      path: `${TERM}.topologyKey`,
      message: /^program needs 4 values of analysis-facility\/pool and has 3: 1 too few$/,
    },
    {
      of: 0,
      at: [...POD, "affinity", "podAntiAffinity", REQUIRED, 0, "topologyKey"],
      value: "example.org/row",
      path: `${TERM}.topologyKey`,
      message: /needs 3 values of example\.org\/row and has 0/,
    },
    {
      of: 0,
      at: [...POD, "topologySpreadConstraints", 0, "topologyKey"],
      value: "example.org/row",
      path: "spec.template.spec.topologySpreadConstraints[0].topologyKey",
      message: /needs 1 values of example\.org\/row and has 0/,
    },
  ],
  boundary: { of: 0, at: ["spec", "replicas"], resource: /pool$/, side: "need", write: Number },
  unknown: [
    { of: 0, at: ["spec", "replicas"], wrong: "two" },
    { of: 0, at: [...POD, "affinity", "podAntiAffinity"], wrong: "none" },
    { of: 0, at: [...POD, "topologySpreadConstraints"], wrong: "none" },
  ],
};

describeCases(cases);

describe("spread-pods-have-domains, about what a term keeps apart", () => {
  const TERM_STEPS = [...POD, "affinity", "podAntiAffinity", REQUIRED, 0] as const;
  const needs = (...objects: readonly Data[]) =>
    verdictOn(objects, [spreadPodsHaveDomains]).comparisons.map(({ figure: { resource, need } }) => `${need} ${resource}`);
  const OWN = "1 values of kubernetes.io/hostname";

  it("compares nothing where the selector names other pods, or the workload has none", () => {
    assert.deepEqual(needs(changed(SPREAD, [...TERM_STEPS, "labelSelector", "matchLabels", "app"], "another")), [OWN]);
    assert.deepEqual(needs(changed(SPREAD, ["spec", "replicas"], 0)), [OWN]);
  });

  it("counts the pods of other workloads that the selector names, in its own namespace alone", () => {
    const other = (steps: readonly string[], value: string) =>
      changed(
        changed(changed(workload("Deployment"), ["spec", "template", "metadata"], { labels }), ["metadata", "name"], "other"),
        steps,
        value,
      );
    const all = (need: number) => [`${need} values of analysis-facility/pool`, OWN];
    assert.deepEqual(needs(SPREAD, other(["metadata", "name"], "other")), all(4));
    assert.deepEqual(needs(SPREAD, other(["metadata", "namespace"], "elsewhere")), all(3));
    assert.deepEqual(needs(SPREAD, other(["spec", "template", "metadata", "labels", "app"], "another")), all(3));
    assert.deepEqual(needs(SPREAD, changed(workload("DaemonSet"), ["spec", "template", "metadata"], { labels })), all(3));
  });

  it("asks for as many values as a hard constraint says, and for none where it only prefers", () => {
    const constraint = [...POD, "topologySpreadConstraints", 0] as const;
    assert.deepEqual(needs(changed(SPREAD, [...constraint, "minDomains"], 3)), [
      "3 values of analysis-facility/pool",
      "3 values of kubernetes.io/hostname",
    ]);
    assert.deepEqual(needs(changed(SPREAD, [...constraint, "whenUnsatisfiable"], "ScheduleAnyway")), [
      "3 values of analysis-facility/pool",
    ]);
  });
});
