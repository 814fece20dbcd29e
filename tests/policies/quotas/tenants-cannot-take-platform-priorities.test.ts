import assert from "node:assert/strict";
import { tenantsCannotTakePlatformPriorities } from "#af/policies/quotas/tenants-cannot-take-platform-priorities";
import { HUB_NAMESPACE } from "../facility-objects";
import { verdictOn } from "../expect";
import { POD_SPEC, workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const EXPRESSION = ["spec", "scopeSelector", "matchExpressions", 0] as const;
const SHUT = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "platform-priorities", namespace: "work" },
  spec: {
    hard: { pods: "0" },
    scopeSelector: {
      matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["system-cluster-critical", "system-node-critical"] }],
    },
  },
};

export const cases: RuleCases = {
  rule: tenantsCannotTakePlatformPriorities,
  passes: [HUB_NAMESPACE, SHUT],
  refused: [
    {
      of: 1,
      at: ["spec", "hard", "pods"],
      value: "1",
      path: "",
      message: /^no quota keeps pods of the class system-cluster-critical, system-node-critical out$/,
    },
    { of: 1, at: [...EXPRESSION, "values"], value: ["system-node-critical"], path: "", message: /class system-cluster-critical out/ },
    { of: 1, at: [...EXPRESSION, "operator"], value: "NotIn", path: "", message: /no quota keeps/ },
    { of: 1, at: ["metadata", "namespace"], value: "elsewhere", path: "", message: /no quota keeps/ },
  ],
  unknown: [
    { of: 1, at: ["spec", "hard", "pods"], wrong: "ten" },
    { of: 1, at: [...EXPRESSION, "values"], wrong: "all" },
  ],
};

describeCases(cases);

describe("a class of the priority that a tenant's own pods have", () => {
  const own = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "own" }, value: 1000 };
  const pod = workload("Deployment", { ...POD_SPEC, priorityClassName: "own" });
  const other = (value: number) => ({ ...own, metadata: { name: "other" }, value });

  it("may stay open to it, and no higher one", () => {
    const told = (value: number) =>
      verdictOn([HUB_NAMESPACE, SHUT, own, pod, other(value)], [tenantsCannotTakePlatformPriorities]).findings.map(
        ({ message }) => message,
      );
    assert.deepEqual(told(1000), []);
    assert.deepEqual(told(1001), ["no quota keeps pods of the class other out"]);
  });
});
