import assert from "node:assert/strict";
import { findChart } from "#af/components/charts/catalogue";
import type { Release } from "#af/components/charts/chart";
import type { NetworkPolicy } from "#af/policies/model/network-policy";
import { networkPolicyOf } from "#af/policies/model/network-policy-reading";
import { objectsOf } from "#af/policies/model/objects";
import { renderedCases } from "../../support/rendered-charts";
import { notChecked } from "../../support/skipped";

const chartNetworkPolicies = (chart: string, release: Release<unknown>) => findChart(chart)?.networkPolicies?.(release) ?? [];

/** Policies by name, without their namespace: a chart may leave it to the release. */
const byName = (manifests: readonly unknown[]): Readonly<Record<string, Partial<NetworkPolicy>>> =>
  Object.fromEntries(
    manifests
      .flatMap((manifest) => objectsOf(manifest))
      .flatMap((object) => networkPolicyOf(object) ?? [])
      .map(({ namespace: _, ...policy }) => [policy.name, policy]),
  );

describe("network policies of charts", () => {
  const found = renderedCases();
  const cases = "missing" in found ? [] : found;

  for (const each of cases)
    it(`are described as ${each.chart} renders them: ${each.case}`, () => {
      const { chart, release: name, namespace, values, objects } = each;
      assert.deepEqual(byName(chartNetworkPolicies(chart, { name, namespace, values })), byName(objects));
    });

  it("are compared with renderings where these are at hand", function () {
    if ("missing" in found) return notChecked(this, found.missing);
    assert.ok(cases.some(({ chart }) => chart === "jupyterhub"));
  });

  it("are none where they are switched off", () => {
    const off = { networkPolicy: { enabled: false } };
    const values = { hub: off, proxy: { chp: off }, singleuser: off };
    assert.deepEqual(chartNetworkPolicies("jupyterhub", { name: "jupyterhub", namespace: "hub", values }), []);
    assert.equal(chartNetworkPolicies("jupyterhub", { name: "jupyterhub", namespace: "hub", values: {} }).length, 3);
    assert.deepEqual(chartNetworkPolicies("flux2", { name: "flux2", namespace: "flux", values: { policies: { create: false } } }), []);
  });
});
