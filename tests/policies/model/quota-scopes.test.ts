import assert from "node:assert/strict";
import { objectsOf } from "#af/policies/model/objects";
import { coversWholeNamespace } from "#af/policies/model/quota-scopes";
import { RULES } from "#af/policies/packs";
import { verdictOn } from "../expect";
import { HUB } from "../facility-objects";
import { changed, KEPT, QUOTA, workload, type Data } from "../manifests";

type Change = readonly [what: string, steps: readonly string[], value: unknown];

/** Ways to write that a quota has no scope. The API server takes each for a quota of the whole namespace. */
const NO_SCOPE: readonly Change[] = [
  ["an empty scopeSelector", ["scopeSelector"], {}],
  ["a scopeSelector without expressions", ["scopeSelector"], { matchExpressions: [] }],
  ["a scopeSelector that is null", ["scopeSelector"], null],
  ["an empty list of scopes", ["scopes"], []],
];

const SCOPES: readonly Change[] = [
  ["a scope", ["scopes"], ["BestEffort"]],
  [
    "a scope by priority class",
    ["scopeSelector"],
    { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] },
  ],
];

const quotaWith = ([, steps, value]: Change, quota: Data = QUOTA) => changed(quota, ["spec", ...steps], value);
const covers = (quota: Data) => objectsOf(quota).map(coversWholeNamespace);

describe("a quota covers its whole namespace", () => {
  it("only if it is a ResourceQuota of Kubernetes", () => {
    assert.deepEqual(covers(QUOTA), [true]);
    assert.deepEqual(covers({ ...QUOTA, apiVersion: "quota.openshift.io/v1" }), [false]);
  });

  for (const change of NO_SCOPE) it(`with ${change[0]}`, () => assert.deepEqual(covers(quotaWith(change)), [true]));
  for (const change of SCOPES) it(`not with ${change[0]}`, () => assert.deepEqual(covers(quotaWith(change)), [false]));
});

describe("all rules take one quota for the same", () => {
  const stack = (quota: Data) => [...KEPT.filter((object) => object !== QUOTA), quota, workload("Deployment"), HUB];
  const said = (quota: Data) => {
    const { findings, comparisons } = verdictOn(stack(quota), RULES);
    return {
      findings: findings.map(({ rule, path, message }) => [rule, path, message]),
      // Only what is compared with a quota depends on the quota.
      quotas: comparisons.filter(({ object }) => object.kind === "ResourceQuota").map(({ rule, path }) => [rule, path]),
    };
  };
  // A quota that is too small for the hub, so that every rule that compares with it has something to say.
  const small = changed(QUOTA, ["spec", "hard", "pods"], "1");

  for (const quota of [QUOTA, small])
    for (const change of NO_SCOPE)
      it(`${change[0]}, ${quota === small ? "too small" : "large enough"}: what they say of one without scopes`, () => {
        const plain = said(quota);
        assert.ok(new Set(plain.quotas.map(([rule]) => rule)).size >= 3, "at least three rules compare with the quota");
        assert.deepEqual(said(quotaWith(change, quota)), plain);
      });

  for (const change of SCOPES)
    it(`${change[0]}: no rule counts it for the namespace`, () => {
      const { findings, quotas } = said(quotaWith(change, small));
      assert.ok(findings.some(([rule, , message]) => rule === "namespaces-have-quota" && /^has no ResourceQuota/.test(message ?? "")));
      assert.deepEqual(
        quotas.filter(([rule]) => rule !== "demand-fits-quota"),
        [],
      );
    });
});
