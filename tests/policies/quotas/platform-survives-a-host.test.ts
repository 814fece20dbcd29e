import { platformSurvivesAHost } from "#af/policies/quotas/platform-survives-a-host";
import { describeCases, type RuleCases } from "./cases";
import { apart, REPLICAS } from "./packed";

export const cases: RuleCases = {
  rule: platformSurvivesAHost,
  passes: [apart("kubernetes.io/hostname", 16)],
  refused: [
    {
      of: 0,
      at: REPLICAS,
      value: 17,
      path: "",
      message: /^without red-kube-c\d+ no placement holds 1 of 17 work\/program \(0\/.* nodes are available: .*anti-affinity/,
    },
  ],
  boundary: { of: 0, at: REPLICAS, resource: /^places for its pods$/, side: "need", write: Number },
  unknown: [
    { of: 0, at: REPLICAS, wrong: "two" },
    { of: 0, at: ["spec", "template", "spec", "affinity", "podAntiAffinity"], wrong: "none" },
  ],
};

describeCases(cases);
