import { clusterNetworksSuffice } from "#af/policies/quotas/cluster-networks-suffice";
import { HUB } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: clusterNetworksSuffice,
  passes: [HUB],
  refused: [
    {
      of: "site",
      at: ["site", "kubernetes", "podCidr"],
      value: "10.244.0.0/20",
      path: "",
      message: /^10\.244\.0\.0\/20 needs 21 \/24 for hosts and has 16: 5 too few$/,
    },
    {
      of: "site",
      at: ["site", "kubernetes", "serviceCidr"],
      value: "10.96.0.0/27",
      path: "",
      message: /needs 60 addresses of Services and has 29: 31 too few$/,
    },
  ],
  boundary: { of: "site", at: ["hub", "users", "concurrent"], resource: /^addresses/, side: "need", write: Number },
  unknown: [{ of: 0, at: ["spec", "chart", "spec", "chart"], wrong: 1 }],
};

describeCases(cases);
