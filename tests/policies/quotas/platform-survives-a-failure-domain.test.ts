import { platformSurvivesAFailureDomain } from "#af/policies/quotas/platform-survives-a-failure-domain";
import { describeCases, type RuleCases } from "./cases";
import { apart, REPLICAS } from "./packed";

export const cases: RuleCases = {
  rule: platformSurvivesAFailureDomain,
  passes: [apart("topology.kubernetes.io/zone", 2)],
  refused: [
    {
      of: 0,
      at: REPLICAS,
      value: 3,
      path: "",
      message: /^without failure domain c\d+ no placement holds 1 of 3 work\/program \(0\/.* nodes are available: .*anti-affinity/,
    },
  ],
  boundary: { of: 0, at: REPLICAS, resource: /^places for its pods$/, side: "need", write: Number },
  unknown: [
    { of: 0, at: REPLICAS, wrong: "two" },
    { of: 0, at: ["spec", "template", "spec", "affinity", "podAntiAffinity"], wrong: "none" },
  ],
};

describeCases(cases);
