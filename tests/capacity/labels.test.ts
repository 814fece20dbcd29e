import assert from "node:assert/strict";
import { labelIndex } from "#af/capacity/label-index";
import { labelOf } from "#af/capacity/labels";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { prove } from "#af/capacity/packing/prove";
import { withoutEachDomain } from "#af/capacity/packing/questions/losses";
import { selectsLabels } from "#af/capacity/packing/selectors";
import { mayRunOn } from "#af/capacity/placement";

/** Names that every object answers without having them. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);
const HOST: PackHost = { name: "one", labels: { own: "1" }, taints: [], allocatable: { cpu: 1000n, pods: 10n } };
const POD: PackPod = { namespace: "work", name: "pod", count: 1, requests: { cpu: 100n }, labels: { own: "1" } };

describe("labels", () => {
  it("are there where somebody has set them", () => {
    assert.equal(labelOf({ own: "1" }, "own"), "1");
    assert.equal(labelOf({ own: "" }, "own"), "");
    assert.equal(labelOf({ own: "1" }, "other"), undefined);
    for (const key of INHERITED) {
      assert.equal(labelOf({ own: "1" }, key), undefined, key);
      assert.equal(labelOf(Object.fromEntries([[key, "x"]]), key), "x", key);
    }
  });

  for (const key of INHERITED) {
    const exists = { key, operator: "Exists" } as const;
    it(`named ${key} are asked for in vain where nobody has set them`, () => {
      assert.equal(selectsLabels({ matchExpressions: [exists] }, POD.labels), false);
      assert.equal(selectsLabels({ matchExpressions: [{ key, operator: "DoesNotExist" }] }, POD.labels), true);
      assert.equal(mayRunOn({ requiredTerms: [{ matchExpressions: [exists] }] }, HOST), false);
      assert.deepEqual(labelIndex([{ labels: { own: "1" } }])(Object.fromEntries([[key, "x"]])), []);
      assert.deepEqual(withoutEachDomain([HOST], [POD], key).each, []);
      const spread = [
        { maxSkew: 1, topologyKey: key, whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { own: "1" } } },
      ] as const;
      assert.equal(prove([HOST], [{ ...POD, spread }]).verdict, "does not fit");
      assert.equal(
        prove([{ ...HOST, labels: { ...HOST.labels, ...Object.fromEntries([[key, "x"]]) } }], [{ ...POD, spread }]).verdict,
        "fits",
      );
    });
  }
});
