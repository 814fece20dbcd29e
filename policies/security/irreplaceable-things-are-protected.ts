import { ROLE_FACTS, ROLES } from "../../components/tenancy/roles";
import { facilityMade, type FacilityMade } from "../facility-made";
import { Field } from "../model/field";
import { forEachHub } from "../model/hub-demand";
import { is, type KubernetesObject } from "../model/objects";
import { isStorageClass } from "../model/storage-classes";
import type { SiteRule } from "../model/rules";

/** Resources of Rook with which data goes, by kind, and what goes. */
const HOLDS: Readonly<Record<string, string>> = {
  CephCluster: "every volume and every bucket of the cluster",
  CephBlockPool: "every volume of the pool",
  CephFilesystem: "every file of the file system",
  CephObjectStore: "every bucket of the store",
};

export const irreplaceableThingsAreProtected: SiteRule = {
  name: "irreplaceable-things-are-protected",
  pack: "security",
  title: "The engine deletes nothing with which data goes that nobody can make again.",
  why: "A renamed resource, a line that is gone from the program or a destroy of the wrong stack deletes what it stands for, and with Ceph or a namespace of homes all data in it. A protected resource it refuses to delete until somebody has taken the protection away by name.",
  sources: ["https://www.pulumi.com/docs/iac/concepts/resources/options/protect/"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Set protect among the options of the resource; when it is really to go, pulumi state unprotect takes the protection away.",
  frameworks: ["facility:F-34"],
  scope: "site",
  ofOptions: true,
  check: (objects, site, on) => {
    const made = facilityMade(site);
    const judge = (object: KubernetesObject, goes: string): void => {
      // What a chart or an operator makes is no resource of the engine.
      if (object.options === undefined || object.partial) return;
      on(object).countChecked();
      if (!object.options.protect)
        on(object).violation(
          new Field(undefined),
          `its resource is not protected, and with it goes ${goes}; allowed: protect: true among its options`,
        );
    };
    for (const object of objects) {
      const goes = heldBy(object, made);
      if (goes !== undefined) judge(object, goes);
    }
    forEachHub(objects, on, ({ hub }) => {
      const name = hub.values.at("singleuser", "storage", "dynamic", "storageClass").text();
      const homes = objects.find((object) => isStorageClass(object) && object.name === name);
      if (homes) judge(homes, "the class by which homes are found and grow");
    });
  },
};

/** What goes with an object that nobody can make again; undefined if nothing does. */
function heldBy(object: KubernetesObject, made: FacilityMade): string | undefined {
  const isNamespace = is(object, "v1", "Namespace");
  const role = ROLES.find((each) => made.isNamespaceOf(each, isNamespace ? object.name : object.namespace));
  if (isNamespace) return role !== undefined && ROLE_FACTS[role].irreplaceable ? "everything in the namespace" : undefined;
  // The experimental cluster of a namespace that can be made again is one that nobody keeps data in.
  if (role !== undefined && !ROLE_FACTS[role].irreplaceable) return undefined;
  return Object.entries(HOLDS).find(([kind]) => is(object, "ceph.rook.io/*", kind))?.[1];
}
