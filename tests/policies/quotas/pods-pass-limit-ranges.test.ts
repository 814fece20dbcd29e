import assert from "node:assert/strict";
import { podsPassLimitRanges } from "#af/policies/quotas/pods-pass-limit-ranges";
import { CLAIM } from "../facility-objects";
import { nothingFound, onlyFinding, saidBy } from "../expect";
import { CONTAINER, LIMIT_RANGE, POD_SPEC, changed, workload, type Data } from "../manifests";
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

describe("pods-pass-limit-ranges, by what is bounded", () => {
  const said = (...objects: readonly Data[]) => saidBy(podsPassLimitRanges, objects);
  const bounded = (type: string, max: object) => changed(LIMIT_RANGE, ["spec", "limits"], [{ type, max }]);
  const with2Gi = (list: string) => {
    const large = { ...CONTAINER, name: "large", resources: { requests: { memory: "2Gi" }, limits: { memory: "2Gi" } } };
    const containers = list === "containers" ? [large] : POD_SPEC["containers"];
    return workload("Deployment", { containers, ...(list !== "containers" && { [list]: [large] }) });
  };

  it("bounds containers of every list but ephemeral ones, which have no resources", () => {
    const refused = /^container large is limited to 2Gi memory; allowed: at most 1Gi/;
    for (const list of ["containers", "initContainers"])
      assert.match(said(bounded("Container", { memory: "1Gi" }), with2Gi(list)).join(), refused);
    assert.deepEqual(said(bounded("Container", { memory: "1Gi" }), with2Gi("ephemeralContainers")), []);
  });

  it("reads the LimitRanges of the pod's own namespace", () => {
    const range = bounded("Container", { memory: "1Gi" });
    assert.deepEqual(said(changed(range, ["metadata", "namespace"], "elsewhere"), with2Gi("containers")), []);
    assert.deepEqual(said({ ...range, kind: "Other" }, with2Gi("containers")), []);
    const second = changed(bounded("Pod", { memory: "1Gi" }), ["metadata", "name"], "second");
    assert.equal(said(range, second, with2Gi("containers")).filter((message) => message.includes("limited to 2Gi")).length, 2);
  });

  it("bounds the storage of a claim, and says what one without asks for", () => {
    const refused = said(changed(CLAIM, ["spec", "resources"], { requests: { "example.org/other": "1" } }));
    assert.deepEqual(refused, ["the claim asks for 0 storage; allowed: more than 0"]);
    assert.deepEqual(said(CLAIM), []);
  });

  it("compares a pod's own amounts with the limits of its containers, and not with those of init containers", () => {
    const own = (list: string) =>
      said(
        changed(with2Gi(list), ["spec", "template", "spec", "resources"], {
          requests: { memory: "3Gi", cpu: "1" },
          limits: { memory: "1Gi", cpu: "1" },
        }),
      );
    assert.ok(own("containers").includes("container large is limited to 2Gi memory; allowed: at most 1Gi, as its pod"));
    assert.ok(!own("initContainers").some((message) => message.startsWith("container large is limited")));
    assert.ok(own("containers").some((message) => message.startsWith("the pod asks for 3Gi memory, and its limit")));
  });

  it("compares what a pod asks for itself with CPU and memory alone", () => {
    const asking = changed(CONTAINER, ["resources"], {
      requests: { cpu: "100m", memory: "64Mi", "ephemeral-storage": "2Gi" },
      limits: { memory: "64Mi", "ephemeral-storage": "2Gi" },
    });
    const own = { requests: { cpu: "100m" }, limits: { cpu: "1" } };
    assert.deepEqual(said(workload("Deployment", { containers: [asking], resources: own })), []);
    // A pod without amounts of its own is told of its container's defect once.
    assert.deepEqual(said(workload("Deployment", { containers: [changed(CONTAINER, ["resources", "requests", "memory"], "-64Mi")] })), [
      "container main asks for -64Mi memory; allowed: 0 or more",
    ]);
  });
});
