import { homesAreKeptAndCanGrow } from "#af/policies/quotas/homes-are-kept-and-can-grow";
import { HUB, STORAGE_CLASS } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: homesAreKeptAndCanGrow,
  passes: [HUB, STORAGE_CLASS],
  refused: [
    { of: 1, at: ["reclaimPolicy"], value: "Delete", path: "reclaimPolicy", message: /^is Delete; allowed: Retain$/ },
    { of: 1, at: ["reclaimPolicy"], value: undefined, path: "reclaimPolicy", message: /^is not set, which means Delete/ },
    { of: 1, at: ["allowVolumeExpansion"], value: false, path: "allowVolumeExpansion", message: /could never grow/ },
  ],
  unknown: [
    { of: 1, at: ["reclaimPolicy"], wrong: 1 },
    { of: 1, at: ["allowVolumeExpansion"], wrong: "yes" },
  ],
};

describeCases(cases);
