import { objectUsersHaveAQuota } from "#af/policies/quotas/object-users-have-a-quota";
import { STORE_USER } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: objectUsersHaveAQuota,
  passes: [STORE_USER],
  refused: [
    {
      of: 0,
      at: ["spec", "quotas", "maxSize"],
      value: undefined,
      path: "spec.quotas.maxSize",
      message: /^is missing, so that the user may fill the cluster/,
    },
  ],
  unknown: [{ of: 0, at: ["spec", "quotas", "maxSize"], wrong: "much" }],
};

describeCases(cases);
