import { unitOf } from "../model/figures";
import { schedulableHosts } from "../../components/nodes/schedulable";
import type { SiteRule } from "../model/rules";
import { demands } from "../model/demand";
import { attemptOf } from "../model/workloads";

export const demandFitsQuota: SiteRule = {
  name: "demand-fits-quota",
  pack: "quotas",
  title: "What runs in a namespace at full scale, a rollout included, fits its quota.",
  why: "A quota refuses the pod that exceeds it. Without room for the additional pods of a rollout, the rollout hangs.",
  sources: ["https://kubernetes.io/docs/concepts/policy/resource-quotas/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Raise the quota in af:tenancy.pins, or lower the requests or the number of pods.",
  frameworks: ["facility:Q-05", "NSA:resource-quotas"],
  scope: "site",
  check: (objects, site, on) => {
    for (const { namespace, comparisons } of demands(objects, schedulableHosts(site), attemptOf(on))) {
      for (const { quota, comparison } of comparisons) {
        const { key, resource, need, have } = comparison;
        on(quota).compared(quota.root.at("spec", "hard", key), {
          subject: namespace.name,
          resource: key,
          unit: unitOf(resource),
          need,
          have,
        });
      }
    }
  },
};
