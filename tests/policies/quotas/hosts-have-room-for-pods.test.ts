import { hostsHaveRoomForPods } from "#af/policies/quotas/hosts-have-room-for-pods";
import { changed, workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: hostsHaveRoomForPods,
  passes: [changed(workload("StatefulSet"), ["spec", "replicas"], 10), workload("DaemonSet")],
  refused: [
    {
      of: 0,
      at: ["spec", "replicas"],
      value: 2000,
      path: "",
      message: /^the stack with 0 users needs 2000 pods beside DaemonSets and has 1963: 37 too few$/,
    },
  ],
  boundary: { of: 0, at: ["spec", "replicas"], resource: /beside DaemonSets$/, side: "need", write: Number },
  unknown: [{ of: 0, at: ["spec", "replicas"], wrong: "two" }],
};

describeCases(cases);
