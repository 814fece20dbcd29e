import { copiesFitFailureDomains } from "#af/policies/quotas/copies-fit-failure-domains";
import { BLOCK_POOL, CEPH } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: copiesFitFailureDomains,
  passes: [CEPH, BLOCK_POOL],
  refused: [
    {
      of: 1,
      at: ["spec", "replicated", "size"],
      value: 5,
      path: "spec.replicated.size",
      message: /^pool blocks needs 5 failure domains \(host\) with disks and has 4: 1 too few$/,
    },
    {
      of: 1,
      at: ["spec", "replicated", "size"],
      value: 2,
      path: "spec.replicated.size",
      message: /^pool blocks needs 3 copies and has 2: 1 too few$/,
    },
    {
      of: 1,
      at: ["spec", "failureDomain"],
      value: "rack",
      path: "spec.replicated.size",
      message: /needs 3 failure domains \(rack\) with disks and has 1/,
    },
    { of: 1, at: ["spec", "failureDomain"], value: "osd", path: "spec.failureDomain", message: /is osd: one host may hold every copy/ },
    {
      of: 1,
      at: ["spec", "erasureCoded"],
      value: { dataChunks: 4, codingChunks: 2 },
      path: "spec.erasureCoded",
      message: /needs 6 failure domains/,
    },
  ],
  boundary: { of: 1, at: ["spec", "replicated", "size"], resource: /^failure domains/, side: "need", write: Number },
  unknown: [
    { of: 1, at: ["spec", "replicated", "size"], wrong: "three" },
    { of: 1, at: ["spec", "failureDomain"], wrong: 1 },
  ],
};

describeCases(cases);
