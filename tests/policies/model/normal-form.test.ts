import assert from "node:assert/strict";
import fc from "fast-check";
import { judge } from "#af/policies/judge";
import { normalForm } from "#af/policies/model/normal-form";
import { objectsOf, objectsOfResource } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import type { Finding } from "#af/policies/model/rules";
import { everyCase, type Judged } from "../every-case";
import type { Data } from "../manifests";
import { providerForm } from "../provider-form";
import { writtenOtherwise } from "../written-otherwise";

const cases = everyCase();

/** All that the rule says about objects, to the letter. */
function said({ rule, site, objects }: Judged, form: (object: Data) => Data): readonly Finding[] {
  return judge(
    [rule],
    objects.flatMap((object) => objectsOf(form(object))),
    { site },
  ).findings;
}

describe("the normal form of an object", () => {
  it("is judged by every rule, with and without a finding", () => {
    const refusing = cases.filter((each) => said(each, (object) => object).length > 0).map(({ rule }) => rule.name);
    assert.deepEqual(
      RULES.map(({ name }) => name).filter((name) => !refusing.includes(name)),
      [],
    );
  });

  for (const each of cases)
    it(`${each.rule.name} says the same of what is written and of what the provider makes of it: ${each.title}`, () => {
      const expected = said(each, (object) => object);
      assert.deepEqual(said(each, providerForm), expected);
      fc.assert(
        fc.property(fc.nat(), (choice) => {
          const otherwise = (object: Data) => writtenOtherwise(object, choice);
          assert.deepEqual(said(each, otherwise), expected);
          assert.deepEqual(
            said(each, (object) => providerForm(otherwise(object))),
            expected,
          );
        }),
        { numRuns: 3 },
      );
    });
});
