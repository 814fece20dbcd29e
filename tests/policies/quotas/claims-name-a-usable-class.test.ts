import { claimsNameAUsableClass } from "#af/policies/quotas/claims-name-a-usable-class";
import { CLAIM, HUB, STORAGE_CLASS, USER_VALUES } from "../facility-objects";
import type { Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

/** A claim that names its volume, and that volume. */
const BY_HAND: Data = {
  ...CLAIM,
  metadata: { name: "software", namespace: "work" },
  spec: { ...(CLAIM["spec"] as Data), storageClassName: "", volumeName: "software" },
};
const VOLUME: Data = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "software" }, spec: { storageClassName: "" } };

export const cases: RuleCases = {
  rule: claimsNameAUsableClass,
  passes: [CLAIM, STORAGE_CLASS, HUB, BY_HAND, VOLUME],
  refused: [
    {
      of: 3,
      at: ["spec", "volumeName"],
      value: "lost",
      path: "spec.volumeName",
      message: /^lost is no volume of the stack; allowed: software$/,
    },
    {
      of: 3,
      at: ["spec", "volumeName"],
      value: undefined,
      path: "spec.storageClassName",
      message: /^names no class; allowed: block/,
    },
    {
      of: 0,
      at: ["spec", "storageClassName"],
      value: "other",
      path: "spec.storageClassName",
      message: /^other is no class of the site; allowed: block/,
    },
    {
      of: 0,
      at: ["spec", "storageClassName"],
      value: undefined,
      path: "spec.storageClassName",
      message: /^names no class; allowed: block/,
    },
    {
      of: 0,
      at: ["spec", "accessModes", 0],
      value: "ReadWriteMany",
      path: "spec.accessModes[0]",
      message: /^is ReadWriteMany, and block makes volumes of one host/,
    },
    {
      of: 2,
      at: [...USER_VALUES, "storage", "dynamic", "storageClass"],
      value: "other",
      path: "spec.values.singleuser.storage.dynamic.storageClass",
      message: /^other is no class/,
    },
  ],
  unknown: [
    { of: 3, at: ["spec", "volumeName"], wrong: 1 },
    { of: 0, at: ["spec", "storageClassName"], wrong: 1 },
    { of: 0, at: ["spec", "accessModes"], wrong: "all" },
    { of: 2, at: [...USER_VALUES, "storage", "dynamic", "storageClass"], wrong: 1 },
  ],
};

describeCases(cases);
