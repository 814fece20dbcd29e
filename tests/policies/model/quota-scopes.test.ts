import assert from "node:assert/strict";
import { objectsOf } from "#af/policies/model/objects";
import { podTemplateOf } from "#af/policies/model/pods";
import { countsPod, coversWholeNamespace, priorityClassesOf, scopesOf } from "#af/policies/model/quota-scopes";
import { RULES } from "#af/policies/packs";
import { verdictOn } from "../expect";
import { HUB } from "../facility-objects";
import { changed, CONTAINER, KEPT, POD_SPEC, QUOTA, workload, type Data } from "../manifests";

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

/** Pods that differ in what scopes ask about. */
const PODS: Readonly<Record<string, Data>> = {
  bare: { containers: [{ ...CONTAINER, resources: {} }] },
  asking: POD_SPEC,
  limited: { containers: [{ ...CONTAINER, resources: { limits: { memory: "1Gi" } } }] },
  mixed: {
    containers: [
      { ...CONTAINER, resources: {} },
      { ...CONTAINER, name: "other", resources: { requests: { cpu: "1m" } } },
    ],
  },
  ending: { ...POD_SPEC, activeDeadlineSeconds: 60 },
  high: { ...POD_SPEC, priorityClassName: "high" },
  low: { ...POD_SPEC, priorityClassName: "low" },
};

const byClass = (operator: string, values?: readonly string[]) => ({
  scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator, ...(values && { values }) }] },
});

/** The pods that a quota of each scope counts. https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes */
const COUNTED: readonly (readonly [spec: Data, pods: readonly string[]])[] = [
  [{}, Object.keys(PODS)],
  [{ scopes: ["BestEffort"] }, ["bare"]],
  [{ scopes: ["NotBestEffort"] }, ["asking", "limited", "mixed", "ending", "high", "low"]],
  [{ scopes: ["Terminating"] }, ["ending"]],
  [{ scopes: ["NotTerminating"] }, ["bare", "asking", "limited", "mixed", "high", "low"]],
  [{ scopes: ["NotTerminating", "BestEffort"] }, ["bare"]],
  [{ scopes: ["PriorityClass"] }, ["high", "low"]],
  [{ scopes: ["CrossNamespacePodAffinity"] }, []],
  [byClass("In", ["high"]), ["high"]],
  [byClass("In", ["high", "low"]), ["high", "low"]],
  [byClass("NotIn", ["high"]), ["bare", "asking", "limited", "mixed", "ending", "low"]],
  [byClass("Exists"), ["high", "low"]],
  [byClass("DoesNotExist"), ["bare", "asking", "limited", "mixed", "ending"]],
  [byClass("Like", ["high"]), []],
  [{ scopes: ["Terminating"], ...byClass("In", ["high"]) }, []],
  [
    {
      scopeSelector: {
        matchExpressions: [
          { scopeName: "PriorityClass", operator: "In", values: ["high", "low"] },
          { scopeName: "PriorityClass", operator: "NotIn", values: ["low"] },
        ],
      },
    },
    ["high"],
  ],
];

describe("a quota with a scope", () => {
  const quotaOf = (spec: Data) => {
    const [quota] = objectsOf({ ...QUOTA, spec });
    assert.ok(quota);
    return quota;
  };

  for (const [spec, pods] of COUNTED)
    it(`${JSON.stringify(spec)} counts ${pods.join(", ") || "no pod"}`, () => {
      const counted = Object.keys(PODS).filter((name) => {
        const pod = objectsOf(workload("Deployment", PODS[name])).map(podTemplateOf)[0];
        return pod && countsPod(scopesOf(quotaOf(spec)), pod);
      });
      assert.deepEqual(counted, pods);
    });

  it("names the priority classes that it covers, and no other values", () => {
    const classes = (spec: Data) => priorityClassesOf(quotaOf(spec));
    assert.deepEqual(classes(byClass("In", ["high", "low"])), ["high", "low"]);
    assert.deepEqual([classes({}), classes(byClass("NotIn", ["high"]))], [[], []]);
    assert.deepEqual(classes({ scopeSelector: { matchExpressions: [{ scopeName: "Terminating", operator: "In", values: ["x"] }] } }), []);
  });
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
