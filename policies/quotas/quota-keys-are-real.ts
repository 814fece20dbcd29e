import { nearest } from "../../stacks/site/problems";
import { is } from "../model/objects";
import { QUOTA_NAMES } from "../model/resource-names";
import type { SiteRule } from "../model/rules";
import { givenClasses, isStorageClass } from "../model/storage-classes";

/** Resources of the core group that a `count/` key can count. Those of other groups are written with their group. */
const COUNTED = ["configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets", "services"].map(
  (resource) => `count/${resource}`,
);

/** A key about the volumes of one storage class. */
const OF_CLASS = /^(.+)\.storageclass\.storage\.k8s\.io\/(requests\.storage|persistentvolumeclaims)$/;
/** A key about an extended resource, such as `requests.nvidia.com/gpu`. */
const EXTENDED = /^requests\.[a-z0-9.-]+\.[a-z]+\/[\w.-]+$/;
/** A key about huge pages of one size. */
const HUGE_PAGES = /^(requests\.)?hugepages-\d+[KMG]i$/;
/** A key that counts the objects of a resource of a named group, such as `count/deployments.apps`. */
const OF_GROUP = /^count\/[a-z]+\.[a-z0-9-]+(\.[a-z0-9-]+)*$/;

export const quotaKeysAreReal: SiteRule = {
  name: "quota-keys-are-real",
  pack: "quotas",
  title: "Every key of a quota bounds something: it is one that Kubernetes knows, and its storage class is one of the stack.",
  why: "The API server refuses an unknown key without a slash. It accepts any key with one, even if there is no such resource, and then the key bounds nothing.",
  sources: ["https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Spell the key as Kubernetes does: the API server refuses some misspelt keys, and takes others for keys that bound nothing.",
  frameworks: ["facility:Q-09"],
  scope: "site",
  check: (objects, site, on) => {
    const classes = [...objects.filter(isStorageClass).map(({ name }) => name), ...givenClasses(site)];
    for (const object of objects.filter((each) => is(each, "v1", "ResourceQuota"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        judgement.countChecked();
        const hard = object.root.at("spec", "hard");
        const keys = hard.entries();
        if (keys.length === 0) judgement.violation(hard, "is empty and bounds nothing; allowed: at least one key");
        for (const [key, field] of keys) {
          const problem = problemOf(key, classes);
          if (problem !== undefined) judgement.violation(field, problem);
        }
      });
    }
  },
};

function problemOf(key: string, classes: readonly string[]): string | undefined {
  const storageClass = OF_CLASS.exec(key)?.[1];
  if (storageClass !== undefined)
    return classes.includes(storageClass)
      ? undefined
      : `${storageClass} is no storage class of the stack; allowed: ${classes.join(", ") || "none, for there is no class"}`;
  const known = [...QUOTA_NAMES, ...COUNTED];
  if (known.includes(key) || [EXTENDED, HUGE_PAGES, OF_GROUP].some((pattern) => pattern.test(key))) return undefined;
  return `${key} is no key of a quota${nearest(key, known)}`;
}
