import assert from "node:assert/strict";
import { catalogue } from "#af/components/charts/catalogue";
import { withDefaults } from "#af/components/charts/values";
import { allParts } from "#af/stacks/site/parts";
import { readSite } from "#af/stacks/site/read";
import { pathsOf, SITES, spelt, spoilt } from "../../support/site-config";

describe("values of a chart", () => {
  const own = { replicas: 1, name: null as string | null, resources: {}, tolerations: ["a"], pod: { labels: { app: "x" }, on: true } };

  it("are merged as Helm merges them: maps by key, anything else as a whole", () => {
    assert.deepEqual(withDefaults(own, {}), own);
    assert.deepEqual(withDefaults(own, { tolerations: [], pod: { labels: { b: "y" }, on: false }, more: 1, name: "n" }), {
      replicas: 1,
      name: "n",
      resources: {},
      tolerations: [],
      pod: { labels: { app: "x", b: "y" }, on: false },
      more: 1,
    });
  });

  it("of another shape than the chart's own are all named at once", () => {
    assert.throws(() => withDefaults(own, { replicas: [1], tolerations: "all", pod: null }), {
      message:
        'replicas is a list, and the chart reads a single value there; tolerations is "all", and the chart reads a list there; ' +
        "pod is null, and the chart reads a map there",
    });
    assert.throws(() => withDefaults(own, "text"), { message: 'the values is "text", and the chart reads a map there' });
  });

  for (const chart of catalogue)
    it(`none at all give the workloads of ${chart.name} by default`, () => {
      const workloads = chart.workloads({ name: chart.name, namespace: "here", values: {} });
      assert.ok(workloads.length > 0);
      for (const { metadata } of workloads) assert.equal(metadata?.namespace, "here", metadata?.name);
    });

  it("that are wrong in one place give workloads, or a refusal in words", () => {
    const spoils = [null, "text", 7, [], {}, ["x"]];
    const releases = SITES.flatMap((name) => allParts(readSite(name)).flatMap((part) => Object.values(part.releases)));
    for (const { chart, release, values } of releases) {
      const plain = JSON.parse(JSON.stringify(values)) as Record<string, unknown>;
      for (const path of pathsOf(plain).filter((each) => each.length > 0))
        for (const spoil of spoils) {
          const given = spoilt(plain, path, spoil);
          try {
            chart.workloads({ name: release, namespace: "here", values: given });
          } catch (error) {
            const where = `${chart.name} with ${JSON.stringify(spoil)} at ${spelt(path)}`;
            assert.match(error instanceof Error ? error.message : "", /and the chart reads a (map|list|single value) there$/, where);
          }
        }
    }
  });
});
