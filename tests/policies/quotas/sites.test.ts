import assert from "node:assert/strict";
import { hostsOf, type Pool } from "#af/components/nodes/settings";
import { plain } from "#af/policies/engine-values";
import { judge, type PackVerdict } from "#af/policies/judge";
import { inOrder, objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { quotas } from "#af/policies/quotas/rules";
import { readSite } from "#af/stacks/site/read";
import { recordProgram } from "#af/stacks/record";
import type { Site } from "#af/stacks/site/schema";
import { SITES } from "../../support/site-config";

for (const name of SITES) {
  describe(`the facility of ${name}`, () => {
    const site = readSite(name);
    let objects: readonly KubernetesObject[] = [];
    let verdict: PackVerdict;

    before(async () => {
      const { resources } = await recordProgram(site);
      objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
      verdict = judge(quotas, objects, { site });
    });

    it("keeps every mandatory rule", () => {
      assert.deepEqual(
        verdict.findings.filter(({ enforcement }) => enforcement === "mandatory").map(({ rule, message }) => `${rule}: ${message}`),
        [],
      );
    });

    it("has need, have and margin of everything that was compared, and a finding for exactly what does not fit", () => {
      assert.ok(verdict.comparisons.length > 0);
      const short = verdict.comparisons.filter(({ figure }) => figure.need > figure.have).map(({ figure }) => figure);
      const found = verdict.findings.flatMap(({ figures = [] }) => figures);
      assert.deepEqual(new Set(found), new Set(short));
    });

    it("is judged anew by the hosts that are left: with one of each pool something does not fit", () => {
      const refused = judge(quotas, objects, { site: withOneHostOfEachPool(site) }).findings.filter(
        ({ enforcement }) => enforcement === "mandatory",
      );
      assert.ok(refused.length > 0);
    });

    it("is judged to the letter in the same way whatever the order in which objects come", () => {
      const poor = withOneHostOfEachPool(site);
      const said = (list: readonly KubernetesObject[]) => judge(quotas, inOrder(list), { site: poor }).findings;
      const expected = said(objects);
      assert.ok(expected.length > 0);
      assert.deepEqual(said([...objects].reverse()), expected);
    });
  });
}

function withOneHostOfEachPool(site: Site): Site {
  const nodes = Object.entries(site.nodes).map(([name, pool]) => {
    const [host] = hostsOf({ [name]: pool });
    assert.ok(host);
    return [name, { ...pool, hosts: [host.name] }] satisfies [string, Pool];
  });
  return { ...site, nodes: Object.fromEntries(nodes) };
}
