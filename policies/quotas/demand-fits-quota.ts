import { unitOf } from "../model/figures";
import { schedulableHosts } from "../../components/nodes/schedulable";
import type { SiteRule } from "../model/rules";
import { demands } from "../model/demand";
import { attemptOf } from "../model/workloads";

/** Row Q-05 of the catalogue of quotas (guide policies.md §2.4). */
export const demandFitsQuota: SiteRule = {
  name: "demand-fits-quota",
  pack: "quotas",
  title: "What stands in a namespace at full scale, a rollout included, fits its quota.",
  severity: "high",
  enforcement: "mandatory",
  remedy: "Raise the quota in af:tenancy.namespaces, or lower the requests or the number of pods.",
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
