import { usersFitTheHubQuota } from "#af/policies/quotas/users-fit-the-hub-quota";
import { HUB_STACK, USER_VALUES } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: usersFitTheHubQuota,
  passes: HUB_STACK,
  refused: [
    {
      of: 1,
      at: ["spec", "hard", "requests.memory"],
      value: "60Gi",
      path: 'spec.hard["requests.memory"]',
      message: /^work with 60 of 200 users needs 84\.1Gi requests\.memory and has 60Gi: 24\.1Gi too few$/,
    },
    {
      of: 1,
      at: ["spec", "hard", "persistentvolumeclaims"],
      value: "200",
      path: "spec.hard.persistentvolumeclaims",
      message: /needs 201 persistentvolumeclaims and has 200: 1 too few/,
    },
    {
      of: 3,
      at: [...USER_VALUES, "profileList", 0, "kubespawner_override", "cpu_guarantee"],
      value: 1.7,
      path: 'spec.hard["requests.cpu"]',
      message: /needs 120\.6 requests\.cpu and has 100: 20\.6 too few/,
    },
    {
      of: 3,
      at: [...USER_VALUES, "extraContainers"],
      value: [{ name: "dask", resources: { limits: { cpu: "1" } } }],
      path: 'spec.hard["requests.cpu"]',
      message: /needs 144\.2 requests\.cpu/,
    },
  ],
  boundary: { of: 1, at: ["spec", "hard", "requests.memory"], resource: /^requests\.memory$/, side: "have" },
  unknown: [
    { of: 3, at: [...USER_VALUES, "profileList"], wrong: "none" },
    { of: 3, at: [...USER_VALUES, "profileList", 0, "kubespawner_override", "cpu_guarantee"], wrong: "half" },
    { of: 1, at: ["spec", "hard", "pods"], wrong: "ten" },
  ],
};

describeCases(cases);
