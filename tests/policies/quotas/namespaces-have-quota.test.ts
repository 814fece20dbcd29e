import { namespacesHaveQuota } from "#af/policies/quotas/namespaces-have-quota";
import { nothingFound, onlyFinding } from "../expect";
import { changed, DEFAULT_DENY, KEPT, LIMIT_RANGE, NAMESPACE, QUOTA, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const HARD = ["spec", "hard"] as const;
const hard = QUOTA["spec"] as { readonly hard: Data };
export const cases: RuleCases = {
  rule: namespacesHaveQuota,
  passes: [NAMESPACE, QUOTA],
  refused: [
    { of: 1, at: ["spec", "hard", "pods"], value: undefined, path: "", message: /^its ResourceQuota leaves unbounded: pods$/ },
    {
      of: 1,
      at: ["spec", "scopes"],
      value: ["BestEffort"],
      path: "",
      message: /^has no ResourceQuota; allowed: one that bounds requests\.cpu/,
    },
  ],
  unknown: [{ of: 1, at: ["spec", "hard", "pods"], wrong: "ten" }],
};

describeCases(cases);

describe("namespaces-have-quota", () => {
  const withQuota = (quota: Data) => [NAMESPACE, LIMIT_RANGE, DEFAULT_DENY, quota];

  it("accepts a quota with every key, and the shorter spellings", () => {
    nothingFound(KEPT, namespacesHaveQuota);
    const { "requests.cpu": cpu, "count/secrets": secrets, ...rest } = hard.hard;
    nothingFound(withQuota(changed(QUOTA, HARD, { ...rest, cpu, secrets })), namespacesHaveQuota);
  });

  it("refuses every single key that is missing", () => {
    for (const key of Object.keys(hard.hard)) {
      const name = key.replace(/^count\//, "").replace(".", "\\.");
      onlyFinding(withQuota(changed(QUOTA, [...HARD, key], undefined)), namespacesHaveQuota, "", new RegExp(`leaves unbounded: ${name}$`));
    }
  });

  it("refuses a namespace without a quota, or with one of some pods only", () => {
    onlyFinding(
      [NAMESPACE, LIMIT_RANGE, DEFAULT_DENY],
      namespacesHaveQuota,
      "",
      /has no ResourceQuota; allowed: one that bounds requests\.cpu/,
    );
    onlyFinding(withQuota(changed(QUOTA, ["spec", "scopes"], ["BestEffort"])), namespacesHaveQuota, "", /has no ResourceQuota/);
  });
});
