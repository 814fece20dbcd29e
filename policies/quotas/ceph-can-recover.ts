import type { SiteRule } from "../model/rules";
import { failureDomains, forEachPool } from "../model/ceph";

/** Row Q-32 of the catalogue of quotas (guide policies.md §2.4): one failure domain more than copies. */
export const cephCanRecover: SiteRule = {
  name: "ceph-can-recover",
  pack: "quotas",
  title: "With one failure domain gone there is still one for every copy, so that Ceph can make the lost ones again.",
  severity: "medium",
  enforcement: "advisory",
  remedy: "Add disks to one more host or rack in af:storage.devices: until the lost one is back, every pool stays degraded.",
  frameworks: ["facility:Q-32"],
  scope: "site",
  check: (objects, site, on) => {
    forEachPool(objects, site, on, (pool, disks, judgement) =>
      judgement.compared(pool.field, {
        subject: `pool ${pool.name} with one to recover to`,
        resource: `failure domains (${pool.failureDomain}) with disks`,
        unit: "count",
        need: BigInt(pool.pieces + 1),
        have: BigInt(failureDomains(disks, pool).size),
      }),
    );
  },
};
