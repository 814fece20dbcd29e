import type { SiteRule } from "../model/rules";
import { failureDomains, forEachPool } from "../model/ceph";

/**
 * Fewest copies of a replicated pool, the default of Ceph (https://docs.ceph.com/en/latest/rados/operations/pools/): of two copies, the second may be lost
 * while the first is made again. The coding chunks of an erasure code are there for the same reason.
 */
const COPIES = 3n;

export const copiesFitFailureDomains: SiteRule = {
  name: "copies-fit-failure-domains",
  pack: "quotas",
  title: "Every pool of Ceph keeps at least three copies, each in a failure domain of its own that is more than one disk.",
  why: "Ceph places no two copies in the same failure domain. Where there are fewer domains than copies, the pool never has all of them.",
  sources: ["https://docs.ceph.com/en/latest/rados/operations/pools/"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Add disks to further hosts or racks in af:storage.devices, or lower failureDomain from rack to host; never the copies below 3.",
  frameworks: ["facility:Q-32"],
  scope: "site",
  check: (objects, site, on) => {
    forEachPool(objects, site, on, (pool, disks, judgement) => {
      const { field, name, failureDomain, pieces, replicated } = pool;
      const size = replicated ? field.at("replicated", "size") : field.at("erasureCoded");
      judgement.compared(size, {
        subject: `pool ${name}`,
        resource: `failure domains (${failureDomain}) with disks`,
        unit: "count",
        need: BigInt(pieces),
        have: BigInt(failureDomains(disks, pool).size),
      });
      if (replicated)
        judgement.compared(size, { subject: `pool ${name}`, resource: "copies", unit: "count", need: COPIES, have: BigInt(pieces) });
      if (failureDomain === "osd")
        judgement.violation(field.at("failureDomain"), "is osd: one host may hold every copy; allowed: host or rack");
    });
  },
};
