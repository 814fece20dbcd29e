import assert from "node:assert/strict";
import { disruptionBudgetsAllowADrain } from "#af/policies/quotas/disruption-budgets-allow-a-drain";
import { verdictOn } from "../expect";
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

describe("disruption-budgets-allow-a-drain", () => {
  const said = (spec: object) =>
    verdictOn(
      [changed(budget("alone"), ["spec"], { selector: { matchLabels: labels }, ...spec })],
      [disruptionBudgetsAllowADrain],
    ).findings.map(({ message }) => message);

  it("refuses a budget that lets nothing go, also where its pods are not in the stack", () => {
    for (const spec of [{ maxUnavailable: 0 }, { maxUnavailable: "0%" }, { minAvailable: "100%" }])
      assert.deepEqual(said(spec), ["lets none of its pods go, however many there are; allowed: at least one"], JSON.stringify(spec));
    for (const spec of [{ maxUnavailable: 1 }, { minAvailable: 3 }, { minAvailable: "99%" }, {}]) assert.deepEqual(said(spec), []);
  });
});
