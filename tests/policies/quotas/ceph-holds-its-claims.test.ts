import { cephHoldsItsClaims } from "#af/policies/quotas/ceph-holds-its-claims";
import { BLOCK_POOL, CEPH, CLAIM, HUB, STORAGE_CLASS, USER_VALUES } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: cephHoldsItsClaims,
  passes: [CEPH, BLOCK_POOL, STORAGE_CLASS, CLAIM, HUB],
  refused: [
    {
      of: 3,
      at: ["spec", "resources", "requests", "storage"],
      value: "4Ti",
      path: "spec.storage",
      message:
        /^all that blocks may keep, with its copies, needs 12\.6Ti disk below nearfull with one failure domain gone and has 10\.2Ti: 2\.4Ti too few$/,
    },
    { of: 4, at: [...USER_VALUES, "storage", "capacity"], value: "20Gi", path: "spec.storage", message: /too few$/ },
    { of: 0, at: ["spec", "storage", "nodes"], value: [], path: "spec.storage", message: /has 0/ },
    {
      of: 0,
      at: ["spec", "storage", "nodes", 0, "devices", 0, "name"],
      value: "/dev/disk/by-id/other",
      path: "spec.storage.nodes[0].devices[0].name",
      message: /^undetermined: .* is no disk of af:storage\.devices\.r710/,
    },
    {
      of: 0,
      at: ["spec", "storage", "nodes", 0, "name"],
      value: "elsewhere",
      path: "spec.storage.nodes[0].name",
      message: /^undetermined: .* is no host of af:nodes/,
    },
  ],
  boundary: {
    of: 3,
    at: ["spec", "resources", "requests", "storage"],
    resource: /^disk/,
    side: "need",
    write: (amount) => String(amount - 201n * 2n ** 30n),
    grain: 3n,
  },
  unknown: [
    { of: 3, at: ["spec", "resources", "requests", "storage"], wrong: "much" },
    { of: 1, at: ["spec", "replicated", "size"], wrong: "three" },
    { of: 0, at: ["spec", "storage", "nodes"], wrong: "all" },
  ],
};

describeCases(cases);
