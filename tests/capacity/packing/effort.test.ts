import assert from "node:assert/strict";
import fc from "fast-check";
import { Effort } from "#af/capacity/packing/effort";
import { prove } from "#af/capacity/packing/prove";
import { instances } from "./instances";

const SEED = 20_261_130;
const INSTANCES = 30;

/** Of so many instances that are too large to be tried in every order: how many are not settled with how much effort. */
const UNSETTLED = {
  plain: { 5: 7, 10: 1, 20: 2, 40: 4, 80: 2 },
  related: { 5: 11, 20: 6, 80: 3, 300: 3, 1000: 2 },
  contended: { 5: 14, 20: 9, 80: 5, 300: 2, 1000: 4 },
} as const;

describe("the effort of a search", () => {
  it("is counted, up to its limit and no further", () => {
    const effort = new Effort(3);
    assert.deepEqual([effort.spend(), effort.exhausted], [true, false]);
    assert.deepEqual([effort.spend(2), effort.exhausted], [true, true]);
    assert.deepEqual([effort.spend(), effort.exhausted], [false, true]);
  });

  // A change of the searches that moves one of these numbers is to be seen: fewer are better, more are slower or give up where an answer was known.
  for (const kind of ["plain", "related", "contended"] as const)
    for (const [effort, unsettled] of Object.entries(UNSETTLED[kind]))
      it(`of ${effort} leaves ${unsettled} of ${INSTANCES} ${kind} instances unsettled`, () => {
        const left = fc
          .sample(instances(kind, { hosts: 5, pods: 5 }), { numRuns: INSTANCES, seed: SEED + Number(effort) })
          .filter(({ hosts, pods }) =>
            prove(hosts, pods, { effort: Number(effort) }).pods.some(
              ({ grounds }) => grounds.kind === "not proven" || grounds.kind === "neither found nor excluded",
            ),
          );
        assert.equal(left.length, unsettled);
      });
});
