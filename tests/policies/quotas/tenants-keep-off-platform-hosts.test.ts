import { tenantsKeepOffPlatformHosts } from "#af/policies/quotas/tenants-keep-off-platform-hosts";
import { HUB, HUB_NAMESPACE, USER_VALUES } from "../facility-objects";
import { workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MASTERS = [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }];

export const cases: RuleCases = {
  rule: tenantsKeepOffPlatformHosts,
  passes: [HUB_NAMESPACE, HUB, workload("Deployment")],
  refused: [
    {
      of: 2,
      at: ["spec", "template", "spec", "tolerations"],
      value: MASTERS,
      path: "spec.template.spec.tolerations",
      message: /^a pod may run on red-kube-vm001 of pool masters, which is for control-plane alone$/,
    },
    {
      of: 2,
      at: ["spec", "template", "spec", "tolerations"],
      value: [{ operator: "Exists" }],
      path: "spec.template.spec.tolerations",
      message: /red-kube-vm001/,
    },
  ],
  unknown: [
    { of: 2, at: ["spec", "template", "spec", "tolerations"], wrong: "all" },
    { of: 1, at: [...USER_VALUES, "extraTolerations"], wrong: "all" },
  ],
};

describeCases(cases);
