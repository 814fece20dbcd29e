import { addressPoolsAreApart } from "#af/policies/quotas/address-pools-are-apart";
import { addressPool } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: addressPoolsAreApart,
  passes: [addressPool("one", "192.0.2.0/28"), addressPool("two", "192.0.2.16/28")],
  refused: [
    {
      of: 1,
      at: ["spec", "addresses", 0],
      value: "192.0.2.15-192.0.2.31",
      path: "spec.addresses[0]",
      message: /^192\.0\.2\.15-192\.0\.2\.31 overlaps 192\.0\.2\.0\/28 of IPAddressPool work\/one$/,
    },
    // The last address of one is the first of another.
    { of: 1, at: ["spec", "addresses", 0], value: "192.0.1.0-192.0.2.0", path: "spec.addresses[0]", message: /overlaps 192\.0\.2\.0\/28/ },
    { of: 1, at: ["spec", "addresses", 0], value: "10.244.7.0/24", path: "spec.addresses[0]", message: /overlaps the pod network/ },
    { of: 1, at: ["spec", "addresses", 0], value: "10.96.0.10/32", path: "spec.addresses[0]", message: /overlaps the Service network/ },
  ],
  unknown: [{ of: 1, at: ["spec", "addresses"], wrong: "all" }],
};

describeCases(cases);
