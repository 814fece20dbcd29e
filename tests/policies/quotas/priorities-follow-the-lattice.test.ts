import { prioritiesFollowTheLattice } from "#af/policies/quotas/priorities-follow-the-lattice";
import { HUB, HUB_NAMESPACE, USER_VALUES } from "../facility-objects";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const CLASS_OF_USERS = [...USER_VALUES, "extraPodConfig", "priorityClassName"] as const;

function priorityClass(name: string, value: number, globalDefault = false): Data {
  return { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, globalDefault };
}

export const cases: RuleCases = {
  rule: prioritiesFollowTheLattice,
  passes: [
    HUB_NAMESPACE,
    changed(HUB, CLASS_OF_USERS, "users"),
    priorityClass("platform", 1000, true),
    priorityClass("users", 100),
    priorityClass("other", 2000),
  ],
  refused: [
    {
      of: 1,
      at: CLASS_OF_USERS,
      value: "platform",
      path: "spec.values.singleuser.extraPodConfig.priorityClassName",
      message: /^of users has priority 1000, and Deployment work\/hub of ingress and hub only 1000; allowed: less than that$/,
    },
    {
      of: 3,
      at: ["value"],
      value: 1000,
      path: "spec.values.singleuser.extraPodConfig.priorityClassName",
      message: /^of users has priority 1000/,
    },
    {
      of: 4,
      at: ["globalDefault"],
      value: true,
      path: "globalDefault",
      message: /^is the default, and so is platform; allowed: one default$/,
    },
    {
      of: 1,
      at: CLASS_OF_USERS,
      value: "nobody-made",
      path: "spec.values.singleuser.extraPodConfig.priorityClassName",
      message: /^undetermined: .* names the priority class nobody-made, which the stack does not make/,
    },
  ],
  unknown: [
    { of: 1, at: CLASS_OF_USERS, wrong: 1 },
    { of: 3, at: ["value"], wrong: "high" },
  ],
};

describeCases(cases);
