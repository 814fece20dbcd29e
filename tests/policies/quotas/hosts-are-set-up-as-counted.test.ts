import assert from "node:assert/strict";
import { labelsOf } from "#af/components/nodes/labels";
import { hostsOf, type Pool } from "#af/components/nodes/settings";
import { hostsAreSetUpAsCounted } from "#af/policies/quotas/hosts-are-set-up-as-counted";
import type { Site } from "#af/stacks/site/schema";
import { SITE, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

/** The Nodes that the stack of a site sets up. */
function nodesOf({ nodes }: Site): readonly Data[] {
  return hostsOf(nodes).map(({ name, pool }) => {
    const settings: Pool = nodes[pool] ?? assert.fail();
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels: labelsOf(pool, settings) },
      spec: { taints: settings.taints.map((taint) => ({ ...taint })) },
    };
  });
}

const NODES = nodesOf(SITE);
const of = hostsOf(SITE.nodes).findIndex(({ pool }) => pool === "r710");

export const cases: RuleCases = {
  rule: hostsAreSetUpAsCounted,
  passes: NODES,
  refused: [
    {
      of,
      at: ["metadata", "labels", "topology.kubernetes.io/zone"],
      value: "c69",
      path: 'metadata.labels["topology.kubernetes.io/zone"]',
      message: /^is c69, and the proof takes it to be c07$/,
    },
    {
      of,
      at: ["metadata", "labels", "analysis-facility/users"],
      value: undefined,
      path: 'metadata.labels["analysis-facility/users"]',
      message: /^is not there, and the proof takes it to be true$/,
    },
    {
      of,
      at: ["spec", "taints"],
      value: [{ key: "repair", value: "true", effect: "NoSchedule" }],
      path: "spec.taints",
      message: /^are repair=true:NoSchedule, and the proof takes them to be none$/,
    },
  ],
  unknown: [
    { of, at: ["metadata", "name"], wrong: 1 },
    { of, at: ["metadata", "labels"], wrong: "all" },
    { of, at: ["spec", "taints"], wrong: "all" },
  ],
};

describeCases(cases);

describe("a pool that is taken away or shrunk", () => {
  const { r710, ...others } = SITE.nodes;
  assert.ok(r710);
  const messages = (site: Site, objects: readonly Data[]) =>
    verdictOn(objects, [hostsAreSetUpAsCounted], site).findings.map(({ object, message }) => `${object.name} ${message}`.trim());

  it("has everything proved again on the hosts that are left: a removed host counts no more", () => {
    const without: Site = { ...SITE, nodes: others };
    assert.deepEqual(messages(without, nodesOf(without)), []);
    assert.equal(messages(without, NODES).length, 4);
    assert.match(
      messages(without, NODES)[0] ?? "",
      /^red-kube-c0724 is set up, and af:nodes has no such host, so nothing is proved about it$/,
    );
  });

  it("must not leave a host that counts and has no Node", () => {
    const smaller: Site = { ...SITE, nodes: { ...others, r710: { ...r710, hosts: r710.hosts.slice(1) } } };
    assert.deepEqual(messages(SITE, nodesOf(smaller)), [
      "red-kube-c0724 of af:nodes.r710 counts in every proof, and the stack sets up no such Node",
    ]);
  });

  it("says nothing of manifests that set up no host at all", () => {
    assert.deepEqual(messages(SITE, []), []);
  });

  it("keeps the taint of masters, which the cluster sets", () => {
    const taints = [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }];
    assert.deepEqual(
      messages(
        SITE,
        NODES.map((node, index) => (index === 0 ? changed(node, ["spec", "taints"], taints) : node)),
      ),
      [],
    );
  });
});
