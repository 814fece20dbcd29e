import assert from "node:assert/strict";
import { findChart } from "#af/components/charts/catalogue";
import { judge, passes } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { renderedObjects } from "#af/tools/charts/objects";
import { LIMIT_RANGE } from "../../policies/manifests";
import { renderedCases } from "../../support/rendered-charts";

/** Log files on the hosts, which the rendered values still had and the facility's values switch off. */
const LOG_ROTATION = /log-rotator|\/var\/lib\/cephcsi\//;
/** Images of a branch, which the much older version of ServiceX that is at hand names; the described one names exact tags. */
const OLD_SERVICEX = /sslhep\/[\w-]+:develop,/;

describe("rendered charts and their descriptions, judged by the packs", () => {
  const cases = renderedCases();
  if ("missing" in cases) {
    it(`not checked: ${cases.missing}`);
    return;
  }
  for (const each of cases.filter(({ case: name }) => name === "unl" || name === "fnal")) {
    const { chart, release, namespace, values } = each;
    const limits = objectsOf({ ...LIMIT_RANGE, metadata: { name: "defaults", namespace } });
    const verdictOn = (objects: typeof each.objects) =>
      judge(RULES, [...limits, ...renderedObjects([{ chart, release, namespace, objects }])], { site: undefined });

    it(`${chart}, ${each.case}: pass, with the same standing exceptions`, () => {
      const rendered = verdictOn(each.objects);
      const findings = rendered.findings.filter(({ message }) => !LOG_ROTATION.test(message) && !OLD_SERVICEX.test(message));
      assert.deepEqual(
        findings.map(({ rule, object, message }) => `${rule}: ${object.kind} ${object.name}: ${message}`),
        [],
      );
      assert.ok(passes(findings));
      // A much older version may need less than the described one.
      if (chart === "servicex") return;
      const described = findChart(chart)?.workloads({ name: release, namespace, values }) ?? [];
      const plain = JSON.parse(JSON.stringify(described)) as typeof each.objects;
      const used = ({ excepted }: typeof rendered) =>
        excepted.map(({ finding, allowed }) => `${finding.rule} ${finding.object.kind} ${finding.object.name} ${allowed}`).sort();
      assert.deepEqual(used(rendered), used(verdictOn(plain)));
    });
  }
});
