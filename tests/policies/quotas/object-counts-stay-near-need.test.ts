import { objectCountsStayNearNeed } from "#af/policies/quotas/object-counts-stay-near-need";
import { HUB, HUB_NAMESPACE, WIDE_QUOTA } from "../facility-objects";
import { LIMIT_RANGE, changed } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: objectCountsStayNearNeed,
  passes: [HUB_NAMESPACE, changed(WIDE_QUOTA, ["spec", "hard", "pods"], "124"), LIMIT_RANGE, HUB],
  refused: [
    {
      of: 1,
      at: ["spec", "hard", "pods"],
      value: "125",
      path: "spec.hard.pods",
      message: /^admits 125 pods, and work needs 62 with all users; allowed: at most twice that$/,
    },
  ],
  boundary: { of: 1, at: ["spec", "hard", "pods"], resource: /^twice the need of pods$/, side: "need" },
  unknown: [{ of: 1, at: ["spec", "hard", "pods"], wrong: "ten" }],
};

describeCases(cases);
