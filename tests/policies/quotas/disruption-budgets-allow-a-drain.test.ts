import { disruptionBudgetsAllowADrain } from "#af/policies/quotas/disruption-budgets-allow-a-drain";
import { changed, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const labels = { app: "program" };
const WORKLOAD = changed(changed(workload("Deployment"), ["spec", "replicas"], 2), ["spec", "template", "metadata"], { labels });

function budget(name: string): Data {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace: "work" },
    spec: { minAvailable: 1, selector: { matchLabels: labels } },
  };
}

export const cases: RuleCases = {
  rule: disruptionBudgetsAllowADrain,
  passes: [WORKLOAD, budget("one")],
  refused: [
    { of: 1, at: ["spec", "minAvailable"], value: 2, path: "spec", message: /^one needs 1 of 2 pods that may go and has 0: 1 too few$/ },
    { of: 1, at: ["spec", "minAvailable"], value: "51%", path: "spec", message: /has 0/ },
    { of: 1, at: ["spec", "maxUnavailable"], value: 0, path: "spec", message: /has 0/ },
    { of: 0, at: ["spec", "replicas"], value: 1, path: "spec", message: /1 of 1 pods that may go and has 0/ },
  ],
  boundary: { of: 1, at: ["spec", "maxUnavailable"], resource: /may go$/, side: "have", write: Number },
  unknown: [
    { of: 1, at: ["spec", "minAvailable"], wrong: [] },
    { of: 1, at: ["spec", "selector"], wrong: "all" },
    { of: 0, at: ["spec", "replicas"], wrong: "two" },
  ],
};

describeCases(cases);
