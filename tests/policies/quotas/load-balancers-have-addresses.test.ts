import { loadBalancersHaveAddresses } from "#af/policies/quotas/load-balancers-have-addresses";
import { addressPool, loadBalancer } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: loadBalancersHaveAddresses,
  passes: [addressPool("public", "192.0.2.0/30"), loadBalancer("192.0.2.1"), loadBalancer("192.0.2.2", "other")],
  refused: [
    {
      of: 0,
      at: ["spec", "addresses"],
      value: ["192.0.2.1-192.0.2.1"],
      path: "",
      message: /^the stack with 2 load balancers needs 2 addresses of public and has 1: 1 too few$/,
    },
    { of: 0, at: ["spec", "addresses"], value: [], path: "", message: /has 0/ },
  ],
  boundary: { of: 0, at: ["spec", "addresses", 0], resource: /^addresses/, side: "have", write: (count) => `192.0.2.1-192.0.2.${count}` },
  unknown: [
    { of: 0, at: ["spec", "addresses"], wrong: "all" },
    { of: 0, at: ["spec", "addresses", 0], wrong: "192.0.2.1" },
    { of: 1, at: ["spec", "type"], wrong: 1 },
  ],
};

describeCases(cases);
