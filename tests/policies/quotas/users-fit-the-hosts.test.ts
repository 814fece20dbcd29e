import { usersFitTheHosts } from "#af/policies/quotas/users-fit-the-hosts";
import { HUB_STACK, USER_VALUES } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

const PROFILE = [...USER_VALUES, "profileList", 0, "kubespawner_override"] as const;

export const cases: RuleCases = {
  rule: usersFitTheHosts,
  passes: HUB_STACK,
  refused: [
    {
      of: 3,
      at: [...PROFILE, "mem_guarantee"],
      value: "32G",
      path: "spec.values.singleuser.profileList[0].kubespawner_override",
      message: /^small needs 52 pods at once beside everything else and has \d+: \d+ too few$/,
    },
    {
      of: 3,
      at: ["spec", "values", "scheduling", "userScheduler"],
      value: { enabled: true, replicas: 5, resources: { requests: { cpu: "20", memory: "1Gi" } } },
      path: "",
      message: /^no placement on 21 hosts holds 1 of 5 work\/user-scheduler \(0\/21 nodes are available: .*17 Insufficient cpu/,
    },
  ],
  boundary: {
    of: "site",
    at: ["hub", "users", "concurrent"],
    resource: /^pods at once/,
    side: "need",
    // Eight users have the other profile.
    write: (amount) => Number(amount) + 8,
  },
  unknown: [
    { of: 3, at: [...PROFILE, "cpu_guarantee"], wrong: "half" },
    { of: 3, at: [...USER_VALUES, "extraPodConfig", "priorityClassName"], wrong: 5 },
  ],
};

describeCases(cases);
