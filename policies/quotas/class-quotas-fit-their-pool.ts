import { bytes } from "../../capacity/quantity";
import { is } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { forEachPool, ofClass } from "../model/ceph";
import { usesPool, rawBytes, usableBytes } from "../model/ceph-space";
import { isStorageClass } from "../model/storage-classes";

export const classQuotasFitTheirPool: SiteRule = {
  name: "class-quotas-fit-their-pool",
  pack: "quotas",
  title: "The pool behind a storage class has room for what the quotas of all namespaces promise of the class together.",
  why: "A quota can bound the storage of one class. What all namespaces may have of a class together must be there, for each may use its quota up.",
  sources: ["https://kubernetes.io/docs/concepts/policy/resource-quotas/#storage-resource-quota"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower the <class>.storageclass.storage.k8s.io/requests.storage of the quotas, or add disks to af:storage.devices.",
  frameworks: ["facility:Q-35"],
  scope: "site",
  check: (objects, site, on) => {
    forEachPool(objects, site, on, (pool, disks) => {
      for (const storageClass of objects.filter((object) => isStorageClass(object) && usesPool(object, pool))) {
        const key = `${storageClass.name}.storageclass.storage.k8s.io/requests.storage`;
        let promised = 0n;
        for (const quota of objects.filter((each) => is(each, "v1", "ResourceQuota")))
          on(quota).attempt(() => {
            promised += bytes(quota.root.at("spec", "hard", key).quantity() ?? "0");
          });
        on(storageClass).compared(storageClass.root.at("parameters"), {
          subject: `the sum of all quotas of class ${storageClass.name}, with all copies,`,
          resource: `disk for pool ${pool.name}`,
          unit: "bytes",
          need: rawBytes(promised, pool),
          have: usableBytes(ofClass(disks, pool.deviceClass), [pool]),
        });
      }
    });
  },
};
