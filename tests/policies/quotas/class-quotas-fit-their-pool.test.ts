import { classQuotasFitTheirPool } from "#af/policies/quotas/class-quotas-fit-their-pool";
import { BLOCK_POOL, CEPH, STORAGE_CLASS } from "../facility-objects";
import { QUOTA, changed } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const KEY = ["spec", "hard", "block.storageclass.storage.k8s.io/requests.storage"] as const;

export const cases: RuleCases = {
  rule: classQuotasFitTheirPool,
  passes: [CEPH, BLOCK_POOL, STORAGE_CLASS, changed(QUOTA, KEY, "1Ti")],
  refused: [
    {
      of: 3,
      at: KEY,
      value: "4Ti",
      path: "parameters",
      message: /^the sum of all quotas of class block, with all copies, needs 12Ti disk for pool blocks and has 10\.2Ti: 1\.8Ti too few$/,
    },
    { of: 1, at: ["spec", "replicated", "size"], value: 11, path: "parameters", message: /needs 11Ti disk/ },
  ],
  boundary: { of: 3, at: KEY, resource: /^disk/, side: "need", grain: 3n },
  unknown: [{ of: 3, at: KEY, wrong: "much" }],
};

describeCases(cases);
