import { userNamesCannotCollide } from "#af/policies/quotas/user-names-cannot-collide";
import { HUB } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

const SCHEME = ["spec", "values", "hub", "config", "KubeSpawner", "slug_scheme"] as const;

export const cases: RuleCases = {
  rule: userNamesCannotCollide,
  passes: [HUB],
  refused: [
    {
      of: 0,
      at: SCHEME,
      value: "escape",
      path: "spec.values.hub.config.KubeSpawner.slug_scheme",
      message: /^is escape, with which two users can share a home/,
    },
  ],
  unknown: [{ of: 0, at: SCHEME, wrong: 1 }],
};

describeCases(cases);
