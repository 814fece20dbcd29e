import { rolloutsHaveRoom } from "#af/policies/quotas/rollouts-have-room";
import { changed } from "../manifests";
import { describeCases, type RuleCases } from "./cases";
import { apart, REPLICAS } from "./packed";

export const cases: RuleCases = {
  rule: rolloutsHaveRoom,
  passes: [changed(apart("kubernetes.io/hostname", 16), ["spec", "strategy", "rollingUpdate", "maxSurge"], 1)],
  refused: [
    {
      of: 0,
      at: REPLICAS,
      value: 17,
      path: "spec",
      message: /^program needs 18 pods while it is rolled out and has 17: 1 too few$/,
    },
    {
      of: 0,
      at: ["spec", "strategy", "rollingUpdate", "maxSurge"],
      value: 2,
      path: "spec",
      message: /^program needs 18 pods while it is rolled out and has 17: 1 too few$/,
    },
  ],
  boundary: {
    of: 0,
    at: REPLICAS,
    resource: /^pods while it is rolled out$/,
    side: "need",
    // One of them is the surge.
    write: (amount) => Number(amount) - 1,
  },
  unknown: [{ of: 0, at: REPLICAS, wrong: "two" }],
};

describeCases(cases);
