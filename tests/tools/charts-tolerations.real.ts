import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { V1PodSpec } from "@kubernetes/client-node";
import { findChart } from "#af/components/charts/catalogue";
import { EXPLAINED } from "#af/components/charts/explained";
import { parseSite } from "#af/stacks/site/parse";
import { releasesOf } from "#af/stacks/site/releases";
import { templateInput, unexplained } from "#af/tools/charts/check";
import { differencesOf, differenceText } from "#af/tools/charts/compare";
import { HelmTemplate, objectsIn } from "#af/tools/charts/helm";
import { toolsOrSkip } from "../sandbox/e2e/harness";
import { asRecord } from "../stacks/written";
import { CHART_MODULES, chartSource, type ModuleChart, packaged } from "../support/chart-modules";
import { siteConfig, SITES, spoilt } from "../support/site-config";
import { tainted, taintKeys } from "../support/tainted";

/** Every list of tolerations in an object, wherever a pod is described in it. */
function tolerationsIn(object: unknown): readonly NonNullable<V1PodSpec["tolerations"]>[] {
  if (typeof object !== "object" || object === null) return [];
  return Object.entries(object).flatMap(([key, value]) =>
    key === "tolerations" && Array.isArray(value) ? [value as NonNullable<V1PodSpec["tolerations"]>] : tolerationsIn(value),
  );
}

/** Every pod tolerates the taints of the hosts that it is for by the charts' descriptions; this is what the real charts make of the same values. */
describe("the real charts at a site whose pools all have taints", function () {
  this.timeout(280_000);
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-tolerations-"));
  const archives = new Map<string, string>();
  let helm: HelmTemplate;

  before(async function () {
    const { helm: program } = await toolsOrSkip(this);
    helm = new HelmTemplate(program.path);
    for (const name of Object.keys(CHART_MODULES) as ModuleChart[]) {
      const source = await chartSource(this, name, program.path, base);
      archives.set(name, await packaged(findChart(name) ?? assert.fail(), source, program.path, base));
    }
  });
  after(() => fs.rmSync(base, { recursive: true, force: true }));

  const compared = new Set<string>();
  for (const name of SITES)
    it(`${name}: give each pod the tolerations of its description, those of the pools that it is for among them`, async () => {
      // The chart of ServiceX takes no tolerations, so that the site file would be refused.
      const config = tainted(spoilt(siteConfig(name), ["servicex"], { kind: "none" }));
      const site = parseSite(config, "a test");
      for (const release of releasesOf(site)) {
        const { chart, namespace, values } = release;
        const archive = archives.get(chart.name);
        if (archive === undefined) continue;
        compared.add(chart.name);
        const rendering = await helm.render(templateInput(release, archive));
        assert.ok("text" in rendering, JSON.stringify(rendering));
        const objects = objectsIn(rendering.text, namespace);
        const differences = differencesOf(chart.workloads({ name: release.release, namespace, values }), objects, { sameVersion: true });
        const mine = EXPLAINED.filter((each) => each.chart === chart.name);
        assert.deepEqual(unexplained(differences, mine, release.release).map(differenceText), [], chart.name);
        // Without this a chart that gives no tolerations at all, by a description that tells of none, would pass.
        const keys = new Set(tolerationsIn(objects).flatMap((list) => list.map(({ key }) => key)));
        for (const { hosts } of chart.tolerations ?? [])
          for (const [pool, { runs }] of Object.entries(config.nodes))
            if (!runs.includes("control-plane") && (hosts === "all" || runs.includes(hosts)))
              for (const key of taintKeys(pool)) assert.ok(keys.has(key), `no pod of ${chart.name} tolerates ${key}`);
      }
    });

  it("are all that the catalogue has of Go modules", () => assert.deepEqual([...compared].sort(), Object.keys(CHART_MODULES).sort()));

  it("would be told from a chart that drops the tolerations of one of its pods", async () => {
    const site = parseSite(tainted(spoilt(siteConfig("unl"), ["servicex"], { kind: "none" })), "a test");
    const release = releasesOf(site).find(({ chart }) => chart.name === "cert-manager") ?? assert.fail();
    const rendering = await helm.render(templateInput(release, archives.get("cert-manager") ?? assert.fail()));
    assert.ok("text" in rendering);
    const { chart, namespace, values } = release;
    const objects = objectsIn(rendering.text, namespace).map((object) => {
      if (object.metadata.name !== "cert-manager-webhook" || object.kind !== "Deployment") return object;
      const template = asRecord(asRecord(object["spec"])["template"]);
      const { tolerations: _, ...spec } = asRecord(template["spec"]);
      return { ...object, spec: { ...asRecord(object["spec"]), template: { ...template, spec } } };
    });
    const found = differencesOf(chart.workloads({ name: release.release, namespace, values }), objects, { sameVersion: true });
    assert.ok(
      found.some(({ workload, field }) => /cert-manager-webhook/.test(workload) && field === "tolerations"),
      JSON.stringify(found),
    );
  });
});
