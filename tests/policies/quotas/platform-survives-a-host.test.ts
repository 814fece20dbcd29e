import assert from "node:assert/strict";
import { platformSurvivesAHost } from "#af/policies/quotas/platform-survives-a-host";
import { verdictOn } from "../expect";
import { describeCases, type RuleCases } from "./cases";
import { apart, HARD_TO_PLACE, racksOf, REPLICAS } from "./packed";

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

describe("platform-survives-a-host, where the search ends early", () => {
  it("says that it is not settled, and says nothing with room to spare", () => {
    const { findings } = verdictOn(HARD_TO_PLACE, [platformSurvivesAHost], racksOf(14));
    assert.deepEqual(
      findings.map(({ rule, enforcement, path, message }) => [rule, enforcement, path, message]),
      [
        [
          "platform-survives-a-host",
          "mandatory",
          "",
          "not settled: without host-0-0 the search ended before it found or excluded a place for work/larger, work/smaller",
        ],
      ],
    );
    assert.deepEqual(verdictOn(HARD_TO_PLACE, [platformSurvivesAHost], racksOf(15)).findings, []);
  });
});
