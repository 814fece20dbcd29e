import assert from "node:assert/strict";
import { chartNetworkPolicies } from "#af/components/charts/network-policies";
import type { NetworkPolicy } from "#af/policies/model/network-policy";
import { networkPolicyOf } from "#af/policies/model/network-policy-reading";
import { objectsOf } from "#af/policies/model/objects";
import { upstreamObjects, upstreamObjectsFor } from "../../support/upstream-files";

interface Case {
  readonly chart: string;
  readonly case: string;
  readonly release: string;
  readonly namespace: string;
}

/** Policies by name, without their namespace: a chart may leave it to the release. */
const byName = (manifests: readonly unknown[]): Readonly<Record<string, Partial<NetworkPolicy>>> =>
  Object.fromEntries(
    manifests
      .flatMap((manifest) => objectsOf(manifest))
      .flatMap((object) => networkPolicyOf(object) ?? [])
      .map(({ namespace: _, ...policy }) => [policy.name, policy]),
  );

describe("network policies of charts", () => {
  const cases = (upstreamObjects("rendered", "index.json")?.[0] ?? []) as unknown as readonly Case[];

  for (const { chart, case: title, release, namespace } of cases)
    it(`are described as ${chart} renders them: ${title}`, function () {
      const rendered = upstreamObjectsFor(this, "rendered", chart, title, "manifests.yaml");
      const [values = {}] = upstreamObjectsFor(this, "rendered", chart, title, "values.yaml");
      assert.deepEqual(byName(chartNetworkPolicies(chart, { name: release, namespace, values })), byName(rendered));
    });

  it("are compared with renderings where these are at hand", function () {
    if (cases.length === 0) upstreamObjectsFor(this, "rendered", "index.json");
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
