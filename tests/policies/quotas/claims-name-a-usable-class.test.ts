import assert from "node:assert/strict";
import { claimsNameAUsableClass } from "#af/policies/quotas/claims-name-a-usable-class";
import { CLAIM, HUB, STORAGE_CLASS, USER_VALUES } from "../facility-objects";
import { readSite } from "#af/stacks/site/read";
import { saidBy, siteWith } from "../expect";
import { changed, type Data } from "../manifests";
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

describe("claims-name-a-usable-class, by what there is", () => {
  const said = (...objects: readonly Data[]) => saidBy(claimsNameAUsableClass, objects, siteWith(["data", "cvmfs"], { kind: "none" }));

  it("names the classes and volumes that there are, or says that there are none", () => {
    const second = changed(STORAGE_CLASS, ["metadata", "name"], "files");
    const other = changed(CLAIM, ["spec", "storageClassName"], "other");
    assert.deepEqual(said(other), ["other is no class of the site; allowed: none, for the site has no class"]);
    assert.deepEqual(said(other, STORAGE_CLASS, second), ["other is no class of the site; allowed: block, files"]);
    assert.deepEqual(said(BY_HAND), ["software is no volume of the stack; allowed: none, for there is no volume"]);
    const volumes = ["a", "b"].map((name) => changed(VOLUME, ["metadata", "name"], name));
    assert.deepEqual(said(BY_HAND, ...volumes), ["software is no volume of the stack; allowed: a, b"]);
    assert.deepEqual(said(changed(BY_HAND, ["spec", "volumeName"], undefined), STORAGE_CLASS), ["names no class; allowed: block"]);
  });

  it("asks about the class of a claim that names both a class and a volume", () => {
    assert.deepEqual(said(changed(BY_HAND, ["spec", "storageClassName"], "block"), STORAGE_CLASS), []);
    assert.deepEqual(said(changed(BY_HAND, ["spec", "storageClassName"], "other"), STORAGE_CLASS), [
      "other is no class of the site; allowed: block",
    ]);
  });

  it("knows what one host mounts by the provisioner, and nothing of a class that the site has already", () => {
    const shared = changed(CLAIM, ["spec", "accessModes"], ["ReadWriteOnce", "ReadOnlyMany"]);
    const refused = ["is ReadOnlyMany, and block makes volumes of one host; allowed: ReadWriteOnce, ReadWriteOncePod"];
    const by = (provisioner: string | undefined) => said(shared, changed(STORAGE_CLASS, ["provisioner"], provisioner));
    assert.deepEqual(by("work.rbd.csi.ceph.com"), refused);
    assert.deepEqual(by("kubernetes.io/no-provisioner"), refused);
    for (const other of ["work.cephfs.csi.ceph.com", "rbd.csi.ceph.com.example.org", "my.kubernetes.io/no-provisioner", undefined])
      assert.deepEqual(by(other), []);
    const existing = changed(shared, ["spec", "storageClassName"], "site-block");
    assert.deepEqual(saidBy(claimsNameAUsableClass, [existing], readSite("fnal")), []);
  });

  it("asks for the class of homes only where the hub makes a claim for each", () => {
    const hub = (steps: readonly string[], value: unknown) =>
      said(changed(HUB, [...USER_VALUES, "storage", ...steps], value), STORAGE_CLASS);
    const lost = changed(HUB, [...USER_VALUES, "storage", "dynamic", "storageClass"], "other");
    for (const [type, findings] of [
      ["dynamic", 1],
      ["static", 0],
      ["none", 0],
    ] as const)
      assert.equal(said(changed(lost, [...USER_VALUES, "storage", "type"], type), STORAGE_CLASS).length, findings, type);
    assert.deepEqual(hub(["dynamic", "storageAccessModes"], ["ReadWriteMany"]), [
      "is ReadWriteMany, and block makes volumes of one host; allowed: ReadWriteOnce, ReadWriteOncePod",
    ]);
  });
});
