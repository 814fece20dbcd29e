import { is } from "../model/objects";
import type { StackRule } from "../model/rules";
import { CEPH } from "../model/ceph";

export const objectUsersHaveAQuota: StackRule = {
  name: "object-users-have-a-quota",
  pack: "quotas",
  title: "Every user of an object store has a quota for what it may keep.",
  why: "The buckets of an object store share disks with the homes of all users. Rook gives a user of the store a quota only if the resource says so.",
  sources: ["https://rook.io/docs/rook/latest-release/CRDs/Object-Storage/ceph-object-store-user-crd/"],
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
