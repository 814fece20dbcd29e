import { objectCountsFitUsers } from "#af/policies/quotas/object-counts-fit-users";
import { HUB_STACK } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: objectCountsFitUsers,
  passes: HUB_STACK,
  refused: [
    {
      of: 1,
      at: ["spec", "hard", "pods"],
      value: "61",
      path: "spec.hard.pods",
      message: /^work with its users needs 62 pods and has 61: 1 too few$/,
    },
    { of: 1, at: ["spec", "hard", "count/secrets"], value: "399", path: 'spec.hard["count/secrets"]', message: /needs 400 count\/secrets/ },
    {
      of: 1,
      at: ["spec", "hard", "count/ingressroutetcps.traefik.io"],
      value: "119",
      path: 'spec.hard["count/ingressroutetcps.traefik.io"]',
      message: /needs 120/,
    },
  ],
  boundary: { of: 1, at: ["spec", "hard", "pods"], resource: /^pods$/, side: "have" },
  unknown: [{ of: 1, at: ["spec", "hard", "pods"], wrong: "ten" }],
};

describeCases(cases);
