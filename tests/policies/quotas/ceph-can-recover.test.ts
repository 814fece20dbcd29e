import { cephCanRecover } from "#af/policies/quotas/ceph-can-recover";
import { BLOCK_POOL, CEPH } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: cephCanRecover,
  passes: [CEPH, BLOCK_POOL],
  refused: [
    {
      of: 1,
      at: ["spec", "replicated", "size"],
      value: 4,
      path: "spec",
      message: /^pool blocks with one to recover to needs 5 failure domains \(host\) with disks and has 4: 1 too few$/,
    },
  ],
  boundary: {
    of: 1,
    at: ["spec", "replicated", "size"],
    resource: /^failure domains/,
    side: "need",
    write: (domains) => Number(domains) - 1,
  },
  unknown: [{ of: 1, at: ["spec", "replicated", "size"], wrong: "three" }],
};

describeCases(cases);
