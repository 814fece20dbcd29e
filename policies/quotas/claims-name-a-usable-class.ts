import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import type { Judgement, SiteRule } from "../model/rules";
import { claimsOf } from "../model/demand";
import { forEachHub } from "../model/hub-demand";
import { givenClasses, isStorageClass } from "../model/storage-classes";
import { attemptOf, stackWorkloads } from "../model/workloads";

/** Provisioners whose volumes one host mounts at a time. The name of Ceph's block driver begins with the namespace of its operator. */
const ONE_HOST = [/^kubernetes\.io\/no-provisioner$/, /\.rbd\.csi\.ceph\.com$/];
/** Access modes of volumes that several hosts mount. */
const MANY_HOSTS = ["ReadWriteMany", "ReadOnlyMany"];

export const claimsNameAUsableClass: SiteRule = {
  name: "claims-name-a-usable-class",
  pack: "quotas",
  title: "Every claim names a storage class that the site has and that can serve its access mode.",
  why: "A claim whose class does not exist, or cannot serve its access mode, stays pending.",
  sources: ["https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Name a class of the stack in storageClassName; for ReadWriteMany one of a shared file system. The claim stays Pending otherwise.",
  frameworks: ["facility:Q-34"],
  scope: "site",
  check: (objects, site, on) => {
    const attempt = attemptOf(on);
    const own = new Map(objects.filter(isStorageClass).map((object) => [object.name, object]));
    const given = givenClasses(site);
    const made = new Set(objects.filter((each) => is(each, "v1", "PersistentVolume")).map(({ name }) => name));
    const check = (judgement: Judgement, name: Field, modes: Field, volume?: Field) => {
      judgement.countChecked();
      // An empty class together with the name of a volume means a claim that is bound by hand.
      if (name.text() === "" && volume?.text() !== undefined) {
        if (!made.has(volume.text() ?? ""))
          judgement.violation(
            volume,
            `${volume.text()} is no volume of the stack; allowed: ${[...made].join(", ") || "none, for there is no volume"}`,
          );
        return;
      }
      const storageClass = name.text();
      const allowed = [...own.keys(), ...given].join(", ") || "none, for the site has no class";
      if (storageClass === undefined || storageClass === "") judgement.violation(name, `names no class; allowed: ${allowed}`);
      else if (!own.has(storageClass) && !given.includes(storageClass))
        judgement.violation(name, `${storageClass} is no class of the site; allowed: ${allowed}`);
      else checkModes(own.get(storageClass), modes, judgement);
    };
    for (const { object, spec } of claimsOf(objects, stackWorkloads(objects, undefined, attempt), attempt))
      attempt(object, () => check(on(object), spec.at("storageClassName"), spec.at("accessModes"), spec.at("volumeName")));
    forEachHub(objects, on, ({ hub }) => {
      const { values } = hub;
      // With homes on one shared volume (`type: static`) the hub makes no claims.
      if (values.at("singleuser", "storage", "type").text() === "static" || values.at("singleuser", "storage", "type").text() === "none")
        return;
      const dynamic = values.at("singleuser", "storage", "dynamic");
      check(on(hub.object), dynamic.at("storageClass"), dynamic.at("storageAccessModes"));
    });
  },
};

function checkModes(storageClass: KubernetesObject | undefined, modes: Field, judgement: Judgement): void {
  const provisioner = storageClass?.root.at("provisioner").text();
  if (provisioner === undefined || !ONE_HOST.some((pattern) => pattern.test(provisioner))) return;
  for (const mode of modes.items())
    if (MANY_HOSTS.includes(mode.text() ?? ""))
      judgement.violation(
        mode,
        `is ${mode.text() ?? ""}, and ${storageClass?.name ?? ""} makes volumes of one host; allowed: ReadWriteOnce, ReadWriteOncePod`,
      );
}
