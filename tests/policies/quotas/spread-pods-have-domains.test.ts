import { spreadPodsHaveDomains } from "#af/policies/quotas/spread-pods-have-domains";
import { POD_SPEC, changed, workload } from "../manifests";
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
