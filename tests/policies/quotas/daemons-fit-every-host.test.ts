import { daemonsFitEveryHost } from "#af/policies/quotas/daemons-fit-every-host";
import { workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MAIN = ["spec", "template", "spec", "containers", 0, "resources"] as const;

export const cases: RuleCases = {
  rule: daemonsFitEveryHost,
  passes: [workload("DaemonSet")],
  refused: [
    {
      of: 0,
      at: [...MAIN, "requests", "cpu"],
      value: "8001m",
      path: "",
      message: /^red-kube-c\d+ with program needs 8\.001 cpu and has 8: 1m too few$/,
    },
  ],
  boundary: { of: 0, at: [...MAIN, "requests", "cpu"], resource: /^cpu$/, side: "need", write: (amount) => `${amount}m` },
  unknown: [
    { of: 0, at: [...MAIN, "requests", "cpu"], wrong: "half" },
    { of: 0, at: ["spec", "template", "spec", "nodeSelector"], wrong: "none" },
  ],
};

describeCases(cases);
