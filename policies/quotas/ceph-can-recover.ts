import type { SiteRule } from "../model/rules";
import { failureDomains, forEachPool } from "../model/ceph";

export const cephCanRecover: SiteRule = {
  name: "ceph-can-recover",
  pack: "quotas",
  title: "After the loss of one failure domain there is still one for each copy, so that Ceph can make the lost copies again.",
  why: "Ceph makes lost copies again only in a failure domain that has none of them yet, so there must be one domain more than copies or chunks.",
  sources: ["https://docs.ceph.com/en/latest/rados/operations/crush-map/"],
  severity: "medium",
  enforcement: "advisory",
  remedy: "Add disks to one more host or rack in af:storage.devices: until the lost domain is back, its pools stay degraded.",
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
