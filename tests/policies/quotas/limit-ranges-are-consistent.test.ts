import { limitRangesAreConsistent } from "#af/policies/quotas/limit-ranges-are-consistent";
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
