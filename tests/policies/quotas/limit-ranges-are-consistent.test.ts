import assert from "node:assert/strict";
import { limitRangesAreConsistent } from "#af/policies/quotas/limit-ranges-are-consistent";
import { verdictOn } from "../expect";
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
