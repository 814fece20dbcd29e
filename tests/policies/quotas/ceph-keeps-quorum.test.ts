import { cephKeepsQuorum } from "#af/policies/quotas/ceph-keeps-quorum";
import { CEPH, FILESYSTEM } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: cephKeepsQuorum,
  passes: [CEPH, FILESYSTEM],
  refused: [
    { of: 0, at: ["spec", "mon", "count"], value: 1, path: "spec.mon.count", message: /^ceph needs 3 mons and has 1: 2 too few$/ },
    {
      of: 0,
      at: ["spec", "mon", "count"],
      value: 4,
      path: "spec.mon.count",
      message: /is 4: an even number bears the loss of no more mons/,
    },
    {
      of: 0,
      at: ["spec", "mon", "count"],
      value: 5,
      path: "spec.mon.count",
      message: /^ceph with a mon each needs 5 hosts for Ceph and has 4/,
    },
    { of: 0, at: ["spec", "mgr", "count"], value: 1, path: "spec.mgr.count", message: /needs 2 mgrs and has 1/ },
    {
      of: 1,
      at: ["spec", "metadataServer", "activeStandby"],
      value: false,
      path: "spec.metadataServer.activeStandby",
      message: /has no standby/,
    },
  ],
  boundary: { of: 0, at: ["spec", "mgr", "count"], resource: /^mgrs$/, side: "have", write: Number },
  unknown: [
    { of: 0, at: ["spec", "mgr", "count"], wrong: "two" },
    { of: 0, at: ["spec", "placement"], wrong: "all" },
    { of: 1, at: ["spec", "metadataServer"], wrong: "one" },
  ],
};

describeCases(cases);
