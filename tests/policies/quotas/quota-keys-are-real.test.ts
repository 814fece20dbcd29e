import { quotaKeysAreReal } from "#af/policies/quotas/quota-keys-are-real";
import { STORAGE_CLASS } from "../facility-objects";
import { QUOTA, changed } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: quotaKeysAreReal,
  passes: [
    changed(QUOTA, ["spec", "hard"], {
      "requests.cpu": "1",
      "count/deployments.apps": "3",
      "requests.nvidia.com/gpu": "1",
      "requests.hugepages-2Mi": "1Gi",
      "block.storageclass.storage.k8s.io/requests.storage": "1Gi",
    }),
    STORAGE_CLASS,
  ],
  refused: [
    {
      of: 0,
      at: ["spec", "hard", "request.cpu"],
      value: "1",
      path: 'spec.hard["request.cpu"]',
      message: /^request\.cpu is no key of a quota \(did you mean requests\.cpu\?\)$/,
    },
    { of: 0, at: ["spec", "hard", "count/secret"], value: "1", path: 'spec.hard["count/secret"]', message: /did you mean count\/secrets/ },
    { of: 0, at: ["spec", "hard"], value: {}, path: "spec.hard", message: /is empty and bounds nothing/ },
    {
      of: 1,
      at: ["metadata", "name"],
      value: "other",
      path: 'spec.hard["block.storageclass.storage.k8s.io/requests.storage"]',
      message: /^block is no storage class of the stack; allowed: other/,
    },
  ],
  unknown: [{ of: 0, at: ["spec", "hard"], wrong: "none" }],
};

describeCases(cases);
