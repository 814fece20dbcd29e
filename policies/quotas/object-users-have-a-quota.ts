import { is } from "../model/objects";
import type { StackRule } from "../model/rules";
import { CEPH } from "../model/ceph";

/** Row Q-37 of the catalogue of quotas (guide policies.md §2.4), for object stores. */
export const objectUsersHaveAQuota: StackRule = {
  name: "object-users-have-a-quota",
  pack: "quotas",
  title: "Every user of an object store has an upper bound of what it may keep.",
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Set spec.quotas.maxSize of the CephObjectStoreUser (af:servicex.objects.maxSize): its buckets share disks with everybody's homes.",
  frameworks: ["facility:Q-37"],
  scope: "stack",
  check: (objects, on) => {
    for (const object of objects.filter((each) => is(each, CEPH, "CephObjectStoreUser"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        judgement.countChecked();
        const size = object.root.at("spec", "quotas", "maxSize");
        if (size.quantity() === undefined)
          judgement.violation(size, "is missing, so that the user may fill the cluster; allowed: a size such as 1Ti");
      });
    }
  },
};
