import type { SiteRule } from "../model/rules";
import { failureDomains, forEachPool } from "../model/ceph";

/**
 * Ceph makes lost copies again only in a failure domain that has none of them yet, so there must be one domain more than copies or chunks
 * (https://docs.ceph.com/en/latest/rados/operations/crush-map/).
 */
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
