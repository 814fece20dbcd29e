import { namespacesHaveDefaults } from "#af/policies/quotas/namespaces-have-defaults";
import { nothingFound, onlyFinding } from "../expect";
import { changed, DEFAULT_DENY, KEPT, LIMIT_RANGE, NAMESPACE, QUOTA } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: namespacesHaveDefaults,
  passes: [NAMESPACE, LIMIT_RANGE],
  refused: [{ of: 1, at: ["spec", "limits", 0, "default", "memory"], value: undefined, path: "", message: /gives default\.memory$/ }],
  unknown: [{ of: 1, at: ["spec", "limits"], wrong: "none" }],
};

describeCases(cases);

describe("namespaces-have-defaults", () => {
  const limits = ["spec", "limits", 0];

  it("accepts a LimitRange, a default limit in place of a default request, and what the API server makes of max and min", () => {
    nothingFound(KEPT, namespacesHaveDefaults);
    const bounds = changed(LIMIT_RANGE, [...limits], { type: "Container", max: { memory: "128Mi" }, min: { cpu: "50m" } });
    nothingFound([NAMESPACE, QUOTA, DEFAULT_DENY, bounds], namespacesHaveDefaults);
    const range = changed(LIMIT_RANGE, [...limits, "defaultRequest", "memory"], undefined);
    nothingFound([NAMESPACE, QUOTA, DEFAULT_DENY, range], namespacesHaveDefaults);
  });

  it("refuses what is missing", () => {
    const cases: readonly (readonly [readonly (string | number)[], unknown, RegExp])[] = [
      [[...limits, "defaultRequest", "cpu"], undefined, /gives defaultRequest\.cpu$/],
      [[...limits, "default", "memory"], undefined, /gives default\.memory$/],
      [
        ["spec", "limits"],
        [{ type: "Pod", max: { memory: "1Gi" } }],
        /gives defaultRequest\.cpu, defaultRequest\.memory, default\.memory$/,
      ],
      [["metadata", "namespace"], "elsewhere", /gives defaultRequest\.cpu/],
    ];
    for (const [steps, value, message] of cases)
      onlyFinding([NAMESPACE, QUOTA, DEFAULT_DENY, changed(LIMIT_RANGE, steps, value)], namespacesHaveDefaults, "", message);
  });
});
