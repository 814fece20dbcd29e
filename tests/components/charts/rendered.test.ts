import assert from "node:assert/strict";
import { findChart } from "#af/components/charts/catalogue";
import { differencesOf, differenceText } from "#af/tools/charts/compare";
import { renderedCases, type RenderedCase } from "../../support/rendered-charts";
import { notChecked } from "../../support/skipped";

/** What the description of a case's chart and the rendered chart tell differently. */
function differences(each: RenderedCase) {
  const chart = findChart(each.chart);
  assert.ok(chart, `no chart ${each.chart} in the catalogue`);
  const { release: name, namespace, values } = each;
  return differencesOf(chart.workloads({ name, namespace, values }), each.objects, { sameVersion: each.version === chart.version });
}

/**
 * Of charts whose rendered version is much older than the catalogue's only these fields are compared: which pods there are, and which
 * containers they have.
 */
const SHAPE: Readonly<Record<string, RegExp>> = { servicex: /^(exists|replicas|initContainers|containers)$/ };

/** Budgets of sub-charts that came with a later version than the rendered one. */
const LATER = /^PodDisruptionBudget servicex-(postgresql|rabbitmq)$/;

describe("descriptions of charts and the charts as Helm renders them", () => {
  const cases = renderedCases();
  if ("missing" in cases) {
    const { missing } = cases;
    it("are compared where renderings are at hand", function () {
      notChecked(this, missing);
    });
    return;
  }
  for (const each of cases) {
    const same = findChart(each.chart)?.version === each.version;
    const only = SHAPE[each.chart];
    it(`${each.chart}, ${each.case}${same ? "" : ` (version ${each.version}${only ? ", its shape only" : ", without tags of images"})`}`, () => {
      const found = differences(each).filter(({ field, workload }) => !only || (only.test(field) && !LATER.test(workload)));
      assert.deepEqual(found.map(differenceText), []);
    });
  }
});
