import assert from "node:assert/strict";
import { platformSurvivesAFailureDomain } from "#af/policies/quotas/platform-survives-a-failure-domain";
import { verdictOn } from "../expect";
import { describeCases, type RuleCases } from "./cases";
import { apart, HARD_TO_PLACE, racksOf, REPLICAS } from "./packed";

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

describe("platform-survives-a-failure-domain, where the search ends early", () => {
  it("says that it is not settled, and says nothing with room to spare", () => {
    const { findings } = verdictOn(HARD_TO_PLACE, [platformSurvivesAFailureDomain], racksOf(13, 13));
    assert.deepEqual(
      findings.map(({ rule, enforcement, path, message }) => [rule, enforcement, path, message]),
      [
        [
          "platform-survives-a-failure-domain",
          "mandatory",
          "",
          "not settled: without failure domain r0 the search ended before it found or excluded a place for work/larger, work/smaller",
        ],
      ],
    );
    assert.deepEqual(verdictOn(HARD_TO_PLACE, [platformSurvivesAFailureDomain], racksOf(14, 14)).findings, []);
  });
});
