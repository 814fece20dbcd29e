import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import { selectorsMatchTheirPods as rule } from "#af/policies/security/selectors-match-their-pods";
import { KINDS, neverSilent, nothingFound, onlyFinding, saidBy, SITE } from "../expect";
import { changed, workload, type WorkloadKind } from "../manifests";

const DEPLOYMENT = changed(
  changed(workload("Deployment"), ["spec", "selector"], { matchLabels: { app: "program" } }),
  ["spec", "template", "metadata", "labels"],
  { app: "program", part: "one" },
);

describe("selectors-match-their-pods", () => {
  it("accepts a selector of the template's labels", () => {
    nothingFound([DEPLOYMENT], rule);
    nothingFound(
      [changed(DEPLOYMENT, ["spec", "selector"], { matchExpressions: [{ key: "part", operator: "In", values: ["one"] }] })],
      rule,
    );
  });

  it("refuses a selector of other pods", () => {
    const message = /^selects other pods than those of the template; allowed: labels of the template$/;
    onlyFinding([changed(DEPLOYMENT, ["spec", "selector", "matchLabels", "app"], "other")], rule, "spec.selector", message);
    onlyFinding([changed(DEPLOYMENT, ["spec", "template", "metadata", "labels"], undefined)], rule, "spec.selector", message);
  });

  it("judges every kind of apps/v1 that selects its pods, and nothing else", () => {
    const wrong = (kind: WorkloadKind, apiVersion?: string) => ({
      ...changed(workload(kind), ["spec", "selector"], { matchLabels: { app: "other" } }),
      ...(apiVersion !== undefined && { apiVersion }),
    });
    const told = Object.fromEntries(KINDS.map((kind) => [kind, saidBy(rule, [wrong(kind)]).length]));
    assert.deepEqual(
      Object.keys(told).filter((kind) => told[kind] === 1),
      ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"],
    );
    assert.deepEqual(saidBy(rule, [wrong("Deployment", "example.org/v1")]), []);
  });

  it("says nothing of a workload without a selector", () => {
    nothingFound([workload("Deployment")], rule);
  });

  it("says nothing of a part of a workload, or of what a chart makes", () => {
    const told = (partial: boolean, more: Partial<KubernetesObject> = {}) => {
      const wrong = changed(DEPLOYMENT, ["spec", "selector", "matchLabels", "app"], "other");
      const objects = objectsOf(wrong, undefined, partial).map((each) => ({ ...each, ...more }));
      const { checked, findings } = judge([rule], objects, { site: SITE });
      return [checked[rule.name], findings.length];
    };
    const origin = { by: "HelmRelease work/hub", chart: "jupyterhub", release: "hub" };
    assert.deepEqual(
      [told(false), told(true), told(false, { origin })],
      [
        [1, 1],
        [0, 0],
        [0, 0],
      ],
    );
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, DEPLOYMENT, ["spec", "selector", "matchLabels"], "app");
    neverSilent(rule, DEPLOYMENT, ["spec", "template", "metadata", "labels", "app"], 1);
  });
});
