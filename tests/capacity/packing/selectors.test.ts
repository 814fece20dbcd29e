import assert from "node:assert/strict";
import { hasVolumes, isEmpty, mayStandOn, passesOver, selectsLabels, termMeans } from "#af/capacity/packing/selectors";
import type { NodeSelectorTerm } from "#af/capacity/placement";
import { app, host, pod } from "./support";

describe("selectors", () => {
  const expression = { key: "tier", operator: "In", values: ["core", "edge"] };

  it("select by labels and by expressions, all of them", () => {
    const both = { ...app("hub"), matchExpressions: [expression] };
    assert.ok(selectsLabels(both, { app: "hub", tier: "core" }));
    assert.ok(!selectsLabels(both, { app: "hub", tier: "users" }));
    assert.ok(!selectsLabels(both, { app: "proxy", tier: "core" }));
    assert.ok(!selectsLabels({ matchExpressions: [expression, { ...expression, values: ["edge"] }] }, { tier: "core" }));
    assert.ok(selectsLabels({}, {}) && selectsLabels({}) && !selectsLabels(undefined, {}) && !selectsLabels(app("hub")));
  });

  it("mean pods of the owner's namespace, or of those that are named", () => {
    const owner = pod("hub");
    const means = (namespaces: readonly string[] | undefined, namespace: string, name = "proxy") =>
      termMeans({ labelSelector: app("proxy"), topologyKey: "zone", ...(namespaces && { namespaces }) }, owner, pod(name, { namespace }));
    assert.ok(means(undefined, "af") && means([], "af") && !means(undefined, "other"));
    assert.ok(means(["other", "af"], "other") && !means(["other"], "af") && !means(["other"], "other", "hub"));
  });

  it("are empty if they ask for nothing", () => {
    assert.deepEqual([{}, { matchLabels: {}, matchExpressions: [] }, app("a"), { matchExpressions: [expression] }].map(isEmpty), [
      true,
      true,
      false,
      false,
    ]);
  });

  const named = (...values: readonly string[]): NodeSelectorTerm => ({ matchFields: [{ key: "metadata.name", operator: "In", values }] });

  it("pass over a host that no term names, if all terms name hosts", () => {
    const over = (...requiredTerms: readonly NodeSelectorTerm[]) => passesOver(pod("hub", { placement: { requiredTerms } }), host("one"));
    assert.ok(over(named("two")) && over(named("two"), named("three")));
    assert.ok(!over(named("one")) && !over(named("two"), named("one", "two")));
    assert.ok(!over(named("two"), { matchExpressions: [expression] }) && !over());
    assert.ok(!over({ matchFields: [{ key: "metadata.name", operator: "NotIn", values: ["one"] }] }));
    // All fields of one term have to hold.
    assert.ok(over({ matchFields: [...(named("one").matchFields ?? []), ...(named("two").matchFields ?? [])] }));
    assert.ok(!passesOver(pod("hub"), host("one")));
  });

  it("keep a pod to hosts on which each of its volumes can be used", () => {
    const volume = (value: string) => [{ matchExpressions: [{ key: "disk", operator: "In", values: [value] }] }];
    const one = host("one", { labels: { disk: "a" } });
    const usable = (...volumes: readonly (readonly NodeSelectorTerm[])[]) => hasVolumes(pod("hub", { volumes }), one);
    assert.ok(usable() && usable(volume("a")) && usable([...volume("b"), ...volume("a")]));
    assert.ok(!usable(volume("b")) && !usable(volume("a"), volume("b")) && hasVolumes(pod("hub"), one));
    assert.ok(mayStandOn(pod("hub", { volumes: [volume("a")] }), one));
    assert.ok(!mayStandOn(pod("hub", { volumes: [volume("b")] }), one));
    assert.ok(!mayStandOn(pod("hub", { volumes: [volume("a")], placement: { nodeName: "two" } }), one));
    assert.ok(mayStandOn(pod("hub"), one));
  });
});
