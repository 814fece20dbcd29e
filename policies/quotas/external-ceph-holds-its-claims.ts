import { bytes } from "../../capacity/quantity";
import { Undetermined } from "../model/field";
import { is } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { CEPH } from "../model/ceph";
import { storedBytes, totalBytes } from "../model/stored-bytes";
import { isStorageClass } from "../model/storage-classes";

export const externalCephHoldsItsClaims: SiteRule = {
  name: "external-ceph-holds-its-claims",
  pack: "quotas",
  title: "When full, all volumes, homes and buckets fit what the facility may keep in somebody else's Ceph.",
  why: "The disks of an external Ceph are not in the site file. Its owner allots the facility a number of bytes, and the site file says how many (`af:storage.capacity`).",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Agree on more with whoever runs that Ceph and raise af:storage.capacity, or lower homes, users, volumes or the quotas of buckets.",
  frameworks: ["facility:Q-31"],
  scope: "site",
  check: (objects, site, on) => {
    for (const cluster of objects.filter((object) => is(object, CEPH, "CephCluster")))
      on(cluster).attempt(() => {
        const enabled = cluster.root.at("spec", "external", "enable");
        if (enabled.boolean() !== true) return;
        const { storage } = site;
        if (storage.kind !== "external")
          throw new Undetermined(enabled.path, "is true, and af:storage is of another kind: it does not say how much may be kept there");
        if (storage.capacity === undefined) throw new Undetermined("af:storage.capacity", "is not given");
        const { volumes, buckets } = storedBytes(objects, site.hub.users.registered, on);
        const classes = objects
          .filter(isStorageClass)
          .filter(({ root }) => root.at("parameters", "clusterID").text() === cluster.namespace);
        const inside = [
          ...volumes.filter(({ storageClass }) => classes.some(({ name }) => name === storageClass)),
          ...buckets.filter(({ store }) => store.startsWith(`${cluster.namespace}/`)),
        ];
        on(cluster).compared(cluster.root.at("spec"), {
          subject: "all that the facility may keep in somebody else's Ceph",
          resource: "room that it was given there",
          unit: "bytes",
          need: totalBytes(inside),
          have: bytes(storage.capacity),
        });
      });
  },
};
