import { quotasFitTheSite } from "#af/policies/quotas/quotas-fit-the-site";
import { NAMESPACE, QUOTA } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: quotasFitTheSite,
  passes: [NAMESPACE, QUOTA],
  refused: [
    {
      of: 1,
      at: ["spec", "hard", "requests.memory"],
      value: "1Ti",
      path: "",
      message: /^the sum of 1 quotas needs 1Ti memory and has 910\.2Gi: 113\.8Gi too few$/,
    },
    { of: 1, at: ["spec", "hard", "requests.cpu"], value: "1000", path: "", message: /needs 1000 cpu/ },
  ],
  boundary: { of: 1, at: ["spec", "hard", "requests.memory"], resource: /^memory$/, side: "need" },
  unknown: [{ of: 1, at: ["spec", "hard", "requests.memory"], wrong: "much" }],
};

describeCases(cases);
