import assert from "node:assert/strict";
import { placementIsCertain } from "#af/policies/quotas/placement-is-certain";
import { verdictOn } from "../expect";
import { changed, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const small = changed(workload("Deployment"), ["metadata", "name"], "small");
const large = changed(workload("StatefulSet"), ["metadata", "name"], "large");
const CPU = ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"] as const;

export const cases: RuleCases = {
  rule: placementIsCertain,
  passes: [small, changed(large, CPU, "24")],
  refused: [
    // A small pod on each of the four hosts with 24 CPU leaves none for the large one.
    {
      of: 0,
      at: ["spec", "replicas"],
      value: 4,
      path: "",
      message: /^a place for all is found only in a good order; otherwise these may wait: work\/large$/,
    },
  ],
  unknown: [
    { of: 0, at: ["spec", "replicas"], wrong: "two" },
    { of: 0, at: ["spec", "template", "spec", "topologySpreadConstraints"], wrong: "even" },
  ],
};

describeCases(cases);

describe("placement-is-certain, by what it has looked at", () => {
  const checked = (...objects: readonly Data[]) => verdictOn(objects, [placementIsCertain]).checked[placementIsCertain.name];

  it("says nothing of a stack that runs no pod, and judges all pods of another at once", () => {
    assert.deepEqual([checked(), checked(small), checked(small, large)], [0, 1, 1]);
  });
});
