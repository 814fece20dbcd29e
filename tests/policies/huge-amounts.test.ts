import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { isQuantity } from "#af/capacity/quantity";
import { pathsOf, valueAt } from "../support/site-config";
import { everyCase } from "./every-case";
import { changed } from "./manifests";

/** Values of numbers, of quantities and of shares that no cluster has. */
const EXTREMES: readonly unknown[] = [
  ...[2 ** 31 - 1, 2 ** 53 - 1, 1e308, -1],
  ...["9223372036854775807", "8Ei", `${"9".repeat(200)}Ei`, "1e999999999", "-8Ei", "100000000000%"],
];

/** An amount in an object: a number, or a text that Kubernetes reads as one. */
function isAmount(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && (isQuantity(value) || /^\d+%$/.test(value)));
}

// The cases of the quotas pack are read out of its suites, which have to be loaded before any suite runs.
const cases = everyCase();

describe("a rule that meets an amount far outside of what any cluster has", function () {
  this.timeout(240_000);

  it("judges it or says in its own words why it cannot, and never fails itself", () => {
    const failed = new Set<string>();
    // The cases of a rule are much the same object.
    const seen = new Set<string>();
    let tried = 0;
    for (const { rule, title, site, objects } of cases)
      objects.forEach((object, index) => {
        for (const path of pathsOf(object).filter((each) => isAmount(valueAt(object, each)))) {
          const place = JSON.stringify([rule.name, index, object["kind"], path]);
          if (seen.has(place)) continue;
          seen.add(place);
          for (const value of EXTREMES) {
            const changedObjects = objects.map((each, at) => (at === index ? changed(object, path, value) : each));
            tried += 1;
            const { findings } = judge(
              [rule],
              changedObjects.flatMap((each) => objectsOf(each)),
              { site },
            );
            for (const { message } of findings.filter((each) => /report this/.test(each.message)))
              failed.add(`${rule.name} (${title}), ${path.join(".")} = ${String(value).slice(0, 30)}: ${message.slice(0, 160)}`);
          }
        }
      });
    assert.ok(tried > 1000, String(tried));
    assert.deepEqual([...failed], []);
  });
});
