import { formatBytes, formatCpu } from "../../capacity/quantity";
import type { Comparison } from "../../capacity/quota";
import { Field } from "../field";
import { schedulableHosts } from "../hosts";
import type { SiteRule } from "../rules";
import { demands } from "./demand";

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
    for (const { namespace, comparisons } of demands(objects, schedulableHosts(site), (object, check) => on(object).part(check))) {
      for (const { quota, comparison } of comparisons) {
        const judgement = on(quota);
        judgement.looked();
        if (comparison.margin < 0n) {
          const field = new Field(undefined, `spec.hard["${comparison.key}"]`);
          judgement.violation(field, `${namespace.name} needs ${figures(comparison)}`);
        }
      }
    }
  },
};

/** `9.25 requests.cpu and has 8: 1.25 too few`. */
function figures({ key, resource, need, have, margin }: Comparison): string {
  return `${amountText(resource, need)} ${key} and has ${amountText(resource, have)}: ${amountText(resource, -margin)} too few`;
}

/** An amount in the unit that people use for the resource. */
export function amountText(resource: string, amount: bigint): string {
  const sign = amount < 0n ? "-" : "";
  const size = amount < 0n ? -amount : amount;
  if (resource === "cpu") return sign + formatCpu(size);
  return sign + (["memory", "storage", "ephemeral-storage"].includes(resource) ? formatBytes(size) : String(size));
}
