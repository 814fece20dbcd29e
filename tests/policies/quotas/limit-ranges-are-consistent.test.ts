import assert from "node:assert/strict";
import { limitRangesAreConsistent } from "#af/policies/quotas/limit-ranges-are-consistent";
import { comparedBy, saidBy, verdictOn } from "../expect";
import { LIMIT_RANGE, changed } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const FIRST = ["spec", "limits", 0] as const;

export const cases: RuleCases = {
  rule: limitRangesAreConsistent,
  passes: [changed(LIMIT_RANGE, [...FIRST, "max"], { memory: "256Mi" })],
  refused: [
    {
      of: 0,
      at: [...FIRST, "defaultRequest", "memory"],
      value: "129Mi",
      path: "spec.limits[0].defaultRequest.memory",
      message: /^defaultRequest\.memory is 129Mi, more than default\.memory, which allows 128Mi$/,
    },
    { of: 0, at: [...FIRST, "max", "memory"], value: "100Mi", path: "spec.limits[0].default.memory", message: /more than max\.memory/ },
    {
      of: 0,
      at: [...FIRST, "min"],
      value: { memory: "65Mi" },
      path: "spec.limits[0].min.memory",
      message: /more than defaultRequest\.memory/,
    },
    {
      of: 0,
      at: [...FIRST, "maxLimitRequestRatio"],
      value: { memory: "1.5" },
      path: "spec.limits[0].default.memory",
      message: /more than maxLimitRequestRatio\.memory, which allows 96Mi/,
    },
    // The API server takes max for the default limit, and then that for the default request.
    {
      of: 0,
      at: [...FIRST, "min"],
      value: { memory: "1Gi" },
      path: "spec.limits[0].min.memory",
      message: /more than defaultRequest\.memory/,
    },
    {
      of: 0,
      at: ["spec", "limits", 1],
      value: { type: "Container" },
      path: "spec.limits[1].type",
      message: /a second item has the type Container/,
    },
  ],
  boundary: { of: 0, at: [...FIRST, "defaultRequest", "memory"], resource: /^default\.memory$/, side: "need" },
  unknown: [
    { of: 0, at: ["spec", "limits"], wrong: "none" },
    { of: 0, at: [...FIRST, "max", "memory"], wrong: "much" },
  ],
};

describeCases(cases);

describe("an item of a LimitRange", () => {
  const said = (item: object) =>
    verdictOn([changed(LIMIT_RANGE, ["spec", "limits"], [item])], [limitRangesAreConsistent]).findings.map(({ message }) => message);
  const gpu = { max: { "nvidia.com/gpu": "1" } };
  const rows: Readonly<Record<string, readonly [at: object, beyond: object, message: RegExp]>> = {
    "has a ratio of 1 or more": [
      { type: "Pod", maxLimitRequestRatio: { cpu: "1" } },
      { type: "Pod", maxLimitRequestRatio: { cpu: "999m" } },
      /maxLimitRequestRatio\.cpu is 999m; allowed: 1 or more/,
    ],
    "has a ratio of at most max/min": [
      { type: "Pod", min: { cpu: "2" }, max: { cpu: "5" }, maxLimitRequestRatio: { cpu: "2.5" } },
      { type: "Pod", min: { cpu: "2" }, max: { cpu: "5" }, maxLimitRequestRatio: { cpu: "2501m" } },
      /allowed: at most max\/min, 2\.5/,
    ],
    "is compared within a byte": [
      { type: "Pod", min: { memory: "1500m" }, max: { memory: "1500m" } },
      { type: "Pod", min: { memory: "1501m" }, max: { memory: "1500m" } },
      /^min\.memory is 2, more than max\.memory, which allows 2$/,
    ],
    "of pods has no defaults": [{ type: "Pod", default: {} }, { type: "Pod", default: { cpu: "1" } }, /of type Pod has default; allowed/],
    "of claims bounds storage": [
      { type: "PersistentVolumeClaim", max: { storage: "1Gi" } },
      { type: "PersistentVolumeClaim", max: { pods: "1" } },
      /bounds no storage; allowed: min or max of storage/,
    ],
    "asks for whole devices": [
      { type: "Container", ...gpu, default: { "nvidia.com/gpu": "1" }, defaultRequest: { "nvidia.com/gpu": "1" } },
      { type: "Container", ...gpu, default: { "nvidia.com/gpu": "1" }, defaultRequest: { "nvidia.com/gpu": "0" } },
      /defaultRequest\.nvidia\.com\/gpu is not default/,
    ],
  };
  for (const [title, [at, beyond, message]] of Object.entries(rows))
    it(title, () => {
      assert.deepEqual(said(at), []);
      assert.match(said(beyond).join("\n"), message);
    });
});

describe("an item of a LimitRange, by its type", () => {
  const said = (...items: readonly object[]) => saidBy(limitRangesAreConsistent, [changed(LIMIT_RANGE, ["spec", "limits"], items)]);
  const compared = (item: object) => comparedBy(limitRangesAreConsistent, [changed(LIMIT_RANGE, ["spec", "limits"], [item])]);

  it("has the defaults that the API server fills in, for containers alone", () => {
    const bounds = { min: { cpu: "2" }, max: { cpu: "3" } };
    assert.deepEqual(compared({ type: "Container", ...bounds }), [
      "min.cpu defaultRequest.cpu: 2000 of 3000 millicores",
      "defaultRequest.cpu default.cpu: 3000 of 3000 millicores",
      "default.cpu max.cpu: 3000 of 3000 millicores",
    ]);
    assert.deepEqual(compared({ type: "Pod", ...bounds }), ["min.cpu max.cpu: 2000 of 3000 millicores"]);
  });

  it("is compared in whole bytes, and in thousandths where that is not exact", () => {
    const memory = (min: string, max: string) => ({ type: "Pod", min: { memory: min }, max: { memory: max } });
    assert.deepEqual(compared(memory("2", "3")), ["min.memory max.memory: 2 of 3 bytes"]);
    for (const [min, max] of [
      ["1500m", "3"],
      ["1", "2500m"],
    ] as const) {
      assert.deepEqual(compared(memory(min, max)), []);
      assert.deepEqual(said(memory(min, max)), []);
    }
    assert.deepEqual(said(memory("3", "2500m")), ["min.memory is 3, more than max.memory, which allows 3"]);
    assert.deepEqual(compared({ type: "Pod", min: { cpu: "1" }, max: { cpu: "1500m" } }), ["min.cpu max.cpu: 1000 of 1500 millicores"]);
  });

  it("has a ratio that is compared only where both of its amounts are known", () => {
    const ratio = { type: "Pod", maxLimitRequestRatio: { cpu: "4" } };
    for (const one of [{}, { min: { cpu: "1" } }, { max: { cpu: "2" } }]) assert.deepEqual(said({ ...ratio, ...one }), []);
    assert.deepEqual(said({ ...ratio, min: { cpu: "1" }, max: { cpu: "2" } }), [
      "maxLimitRequestRatio.cpu is 4; allowed: at most max/min, 2",
    ]);
    const claim = { type: "PersistentVolumeClaim", max: { storage: "9Gi" }, maxLimitRequestRatio: { storage: "2" } };
    for (const one of [{ default: { storage: "4Gi" } }, { defaultRequest: { storage: "1Gi" } }])
      assert.deepEqual(said({ ...claim, ...one }), []);
    assert.deepEqual(said({ ...claim, default: { storage: "4Gi" }, defaultRequest: { storage: "1Gi" } }), [
      "default.storage is 4Gi, more than maxLimitRequestRatio.storage, which allows 2Gi",
    ]);
  });

  it("bounds storage from one side or both, if it is for claims", () => {
    for (const bounds of [{ min: { storage: "1Gi" } }, { max: { storage: "1Gi" } }, { min: { storage: "1Gi" }, max: { storage: "1Gi" } }])
      assert.deepEqual(said({ type: "PersistentVolumeClaim", ...bounds }), []);
    assert.equal(said({ type: "PersistentVolumeClaim" }).length, 1);
    assert.deepEqual(said({ type: "Pod" }, { type: "Container" }), []);
    assert.equal(said({ type: "Pod" }, { type: "Pod" }).length, 1);
  });

  it("may ask for parts of what is shared, and of whole devices only for all", () => {
    const device = (request: object, limit: object) =>
      said({ type: "Pod", default: limit, defaultRequest: request }).filter((message) => /not shared/.test(message));
    assert.deepEqual(device({ "example.org/gpu": "1" }, { "example.org/gpu": "2" }), [
      "defaultRequest.example.org/gpu is not default.example.org/gpu; allowed: the same, because example.org/gpu is not shared",
    ]);
    assert.deepEqual(device({ "example.org/gpu": "1" }, {}), []);
    assert.deepEqual(device({}, { "example.org/gpu": "1" }), []);
    assert.deepEqual(device({ cpu: "1" }, { cpu: "2" }), []);
    const [finding] = verdictOn(
      [
        changed(
          LIMIT_RANGE,
          ["spec", "limits"],
          [{ type: "Container", default: { "example.org/gpu": "2" }, defaultRequest: { "example.org/gpu": "1" } }],
        ),
      ],
      [limitRangesAreConsistent],
    ).findings;
    assert.equal(finding?.path, 'spec.limits[0].defaultRequest["example.org/gpu"]');
  });

  it("is an item of a LimitRange of Kubernetes", () => {
    const bad = changed(LIMIT_RANGE, ["spec", "limits"], [{ type: "Pod", min: { cpu: "2" }, max: { cpu: "1" } }]);
    assert.deepEqual(
      [bad, { ...bad, kind: "Other" }].map((object) => saidBy(limitRangesAreConsistent, [object]).length),
      [1, 0],
    );
  });
});
