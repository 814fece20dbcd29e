import { podsPassLimitRanges } from "#af/policies/quotas/pods-pass-limit-ranges";
import { CLAIM } from "../facility-objects";
import { nothingFound, onlyFinding } from "../expect";
import { LIMIT_RANGE, changed, workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MAIN = ["spec", "template", "spec", "containers", 0, "resources"] as const;
const RANGE = changed(
  LIMIT_RANGE,
  ["spec", "limits"],
  [
    { type: "Container", max: { memory: "128Mi" }, min: { cpu: "10m" } },
    { type: "Pod", max: { memory: "1Gi" } },
    { type: "PersistentVolumeClaim", max: { storage: "1Gi" } },
  ],
);

export const cases: RuleCases = {
  rule: podsPassLimitRanges,
  passes: [RANGE, workload("Deployment"), CLAIM],
  refused: [
    {
      of: 1,
      at: [...MAIN, "limits", "memory"],
      value: "129Mi",
      path: "spec.template.spec.containers[0]",
      message: /container main is limited to 129Mi memory; allowed: at most 128Mi \(spec\.limits\[0\]\.max\.memory/,
    },
    {
      of: 1,
      at: [...MAIN, "requests", "cpu"],
      value: "9m",
      path: "spec.template.spec.containers[0]",
      message: /asks for 9m cpu; allowed: at least 10m/,
    },
    {
      of: 0,
      at: ["spec", "limits", 0, "maxLimitRequestRatio"],
      value: { memory: "1.9" },
      path: "spec.template.spec.containers[0]",
      message: /allowed by its request and the ratio: at most 121\.6Mi/,
    },
    {
      of: 0,
      at: ["spec", "limits", 1, "max"],
      value: { cpu: "1" },
      path: "spec.template.spec",
      message: /the pod has no limit of cpu; allowed: at most 1/,
    },
    {
      of: 2,
      at: ["spec", "resources", "requests", "storage"],
      value: "2Gi",
      path: "spec",
      message: /the claim asks for 2Gi storage; allowed: at most 1Gi/,
    },
    {
      of: 2,
      at: ["spec", "resources", "requests", "storage"],
      value: "0",
      path: "spec",
      message: /the claim asks for 0 storage; allowed: more than 0/,
    },
    {
      of: 1,
      at: [...MAIN, "requests", "ephemeral-storage"],
      value: "-1Gi",
      path: "spec.template.spec.containers[0]",
      message: /asks for -1Gi ephemeral-storage; allowed: 0 or more/,
    },
    {
      of: 1,
      at: [...MAIN, "limits"],
      value: { memory: "32Mi" },
      path: "spec.template.spec.containers[0]",
      message: /asks for 64Mi memory, and its limit, defaults filled in, is 32Mi/,
    },
  ],
  boundary: { of: 0, at: ["spec", "limits", 0, "max", "memory"], resource: /^memory$/, side: "have" },
  unknown: [
    { of: 1, at: [...MAIN, "limits", "memory"], wrong: "much" },
    { of: 0, at: ["spec", "limits", 1, "max"], wrong: "much" },
  ],
};

describeCases(cases);

describe("a pod with amounts of its own", () => {
  const own = (resources: object) => [changed(workload("Deployment"), ["spec", "template", "spec", "resources"], resources)];

  it("may ask for what its containers ask for together, and for no less", () => {
    nothingFound(own({ requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "1" } }), podsPassLimitRanges);
    onlyFinding(
      own({ requests: { cpu: "99m" }, limits: { cpu: "1" } }),
      podsPassLimitRanges,
      "spec.template.spec.resources",
      /^the pod asks for 99m cpu; allowed: at least 100m, as its containers together$/,
    );
  });

  it("may have the limit of its container, and no lower one", () => {
    nothingFound(own({ requests: { memory: "64Mi" }, limits: { memory: "128Mi" } }), podsPassLimitRanges);
    onlyFinding(
      own({ requests: { memory: "64Mi" }, limits: { memory: "127Mi" } }),
      podsPassLimitRanges,
      "spec.template.spec.containers[0]",
      /^container main is limited to 128Mi memory; allowed: at most 127Mi, as its pod$/,
    );
  });
});
