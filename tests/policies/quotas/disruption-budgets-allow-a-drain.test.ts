import assert from "node:assert/strict";
import { disruptionBudgetsAllowADrain } from "#af/policies/quotas/disruption-budgets-allow-a-drain";
import { comparedBy, verdictOn } from "../expect";
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

describe("disruption-budgets-allow-a-drain, by what a budget selects", () => {
  const compared = (...objects: readonly Data[]) => comparedBy(disruptionBudgetsAllowADrain, objects);
  const named = (name: string, namespace = "work") => ({ ...WORKLOAD, metadata: { name, namespace } });

  it("counts the pods of all workloads that it selects in its namespace", () => {
    assert.deepEqual(compared(WORKLOAD, named("b"), named("c", "elsewhere"), budget("one")), ["one of 4 pods that may go: 1 of 3 count"]);
    const daemons = changed(workload("DaemonSet"), ["spec", "template", "metadata"], { labels });
    assert.deepEqual(compared(WORKLOAD, { ...daemons, metadata: { name: "d", namespace: "work" } }, budget("one")), [
      "one of 2 pods that may go: 1 of 1 count",
    ]);
    assert.deepEqual(compared(WORKLOAD, { ...budget("one"), kind: "Other" }), []);
  });

  it("rounds percentages up, and keeps one pod where it says nothing", () => {
    const have = (spec: object) =>
      compared(
        changed(WORKLOAD, ["spec", "replicas"], 10),
        changed(budget("one"), ["spec"], { selector: { matchLabels: labels }, ...spec }),
      )[0];
    for (const [spec, gone] of [
      [{ maxUnavailable: "11%" }, 2],
      [{ maxUnavailable: 30 }, 10],
      [{ minAvailable: "11%" }, 8],
      [{ minAvailable: 30 }, 0],
      [{}, 9],
      [{ maxUnavailable: "all" }, 0],
      [{ maxUnavailable: "x50%" }, 0],
      [{ maxUnavailable: "50%x" }, 0],
    ] as const)
      assert.equal(have(spec), `one of 10 pods that may go: 1 of ${gone} count`, JSON.stringify(spec));
  });

  it("refuses a second budget of the same pods, and names the first", () => {
    const { findings } = verdictOn([WORKLOAD, budget("one"), budget("two")], [disruptionBudgetsAllowADrain]);
    assert.deepEqual(
      findings.map(({ path, message }) => [path, message]),
      [["spec.selector", "selects pods of PodDisruptionBudget work/one too; the eviction of a pod with two budgets is an error"]],
    );
  });
});
