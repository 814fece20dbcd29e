import assert from "node:assert/strict";
import fc from "fast-check";
import { UNITS } from "#af/policies/model/figures";
import { AmountsTooLarge } from "#af/capacity/packing/exact-numbers";
import { cannotBeJudged, judge } from "#af/policies/judge";
import { WHOLE_STACK } from "#af/policies/model/objects";
import type { StackRule } from "#af/policies/model/rules";

describe("a comparison", () => {
  const amount = fc.bigInt({ min: 0n, max: 2n ** 70n });

  it("is recorded whatever comes out, and is a finding with its figure exactly if more is needed than there is", () => {
    fc.assert(
      fc.property(amount, amount, fc.constantFrom(...UNITS), (need, have, unit) => {
        const figure = { subject: "work", resource: "things", unit, need, have };
        const { findings, comparisons, checked } = judge(
          [ruleAbout((judgement) => judgement.compared(WHOLE_STACK.root, figure))],
          [],
          NO_SITE,
        );
        assert.deepEqual(
          comparisons.map((each) => each.figure),
          [figure],
        );
        assert.equal(checked["a-rule"], 1);
        assert.deepEqual(
          findings.flatMap(({ figures = [] }) => figures),
          need > have ? [figure] : [],
        );
      }),
    );
  });

  it("says need, have and what is missing, or what the rule says", () => {
    const figure = { subject: "work", resource: "requests.cpu", unit: "millicores", need: 2004n, have: 2000n } as const;
    const said = (message?: string) =>
      judge([ruleAbout((judgement) => judgement.compared(WHOLE_STACK.root, figure, message))], [], NO_SITE).findings[0]?.message;
    assert.equal(said(), "work needs 2.004 requests.cpu and has 2: 4m too few");
    assert.equal(said("too much"), "too much");
  });
});

describe("a check that cannot add amounts exactly", () => {
  it("is a finding at the rule's own level that says what is so large", () => {
    const { findings } = judge(
      [
        ruleAbout(() => {
          throw new AmountsTooLarge("memory", "9 pods like those of work/hub ask for 8Ei");
        }),
      ],
      [],
      NO_SITE,
    );
    assert.deepEqual(
      findings.map(({ enforcement, message }) => ({ enforcement, message })),
      [
        {
          enforcement: "advisory",
          message:
            "undetermined: memory of all hosts and pods together is too much to be added exactly: 9 pods like those of work/hub ask for 8Ei alone; correct that amount, or the number of pods; so the rule cannot be judged",
        },
      ],
    );
    assert.ok(findings.every(({ message }) => cannotBeJudged(message)));
  });
});

const NO_SITE = { site: undefined };

function ruleAbout(check: (judgement: ReturnType<Parameters<StackRule["check"]>[1]>) => void): StackRule {
  return {
    name: "a-rule",
    pack: "quotas",
    title: "A rule.",
    severity: "low",
    enforcement: "advisory",
    remedy: "None.",
    why: "Because.",
    sources: [],
    frameworks: ["facility:X-01"],
    scope: "stack",
    check: (_, on) => check(on(WHOLE_STACK)),
  };
}
