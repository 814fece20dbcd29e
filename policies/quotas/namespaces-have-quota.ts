import { namespaceContents } from "../model/namespaces";
import { coversWholeNamespace } from "../model/quota-scopes";
import type { StackRule } from "../model/rules";

/** What a namespace can take from others: for each, the keys that bound it. A message names the first. */
const BOUNDS: readonly (readonly string[])[] = [
  ["requests.cpu", "cpu"],
  ["requests.memory", "memory"],
  ["limits.memory"],
  ["requests.ephemeral-storage", "ephemeral-storage"],
  ["pods", "count/pods"],
  ["persistentvolumeclaims", "count/persistentvolumeclaims"],
  ["requests.storage"],
  ["services.loadbalancers"],
  ["services.nodeports"],
  ["secrets", "count/secrets"],
  ["configmaps", "count/configmaps"],
];

export const namespacesHaveQuota: StackRule = {
  name: "namespaces-have-quota",
  pack: "quotas",
  title: "Every namespace of the stack has a ResourceQuota that bounds all that it can take from others.",
  why: "A key that a ResourceQuota does not have is unbounded. Every namespace of the stack shares hosts, disks and addresses with the others.",
  sources: ["https://kubernetes.io/docs/concepts/policy/resource-quotas/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Give the namespace a ResourceQuota with the missing keys; a key that is not written is unbounded.",
  frameworks: ["facility:Q-01", "NSA:resource-quotas", "Trivy:KSV-0040"],
  scope: "stack",
  check: (objects, on) => {
    for (const { namespace, members } of namespaceContents(objects)) {
      const judgement = on(namespace);
      judgement.countChecked();
      judgement.attempt(() => {
        const whole = members.filter(coversWholeNamespace);
        const keys = new Set(whole.flatMap(({ root }) => Object.keys(root.at("spec", "hard").quantities())));
        const missing = BOUNDS.filter((spellings) => !spellings.some((key) => keys.has(key))).map(([key]) => key);
        if (whole.length === 0)
          judgement.violation(namespace.root, `has no ResourceQuota; allowed: one that bounds ${BOUNDS.map(([key]) => key).join(", ")}`);
        else if (missing.length > 0) judgement.violation(namespace.root, `its ResourceQuota leaves unbounded: ${missing.join(", ")}`);
      });
    }
  },
};
