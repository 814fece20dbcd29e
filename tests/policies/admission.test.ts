import assert from "node:assert/strict";
import { RULE_LABEL } from "#af/components/admission/policy";
import { IN_ADMISSION, NOT_IN_ADMISSION } from "#af/policies/admission";
import { RULES } from "#af/policies/packs";
import { parseSite } from "#af/stacks/site/parse";
import { partsOf } from "#af/stacks/site/parts";
import { siteConfig, SITES } from "../support/site-config";
import { KINDS, settingsOfKind } from "../support/site-kinds";
import { asRecord } from "../stacks/written";

describe("the cluster's own admission", () => {
  it("holds each rule of the packs, or says why it does not", () => {
    const decided = [...Object.keys(IN_ADMISSION), ...NOT_IN_ADMISSION.flatMap(({ rules }) => rules)];
    assert.deepEqual(decided.sort(), RULES.map(({ name }) => name).sort());
  });

  const subjects = [
    ...SITES.map((name) => ({ name, config: () => Promise.resolve(siteConfig(name)) })),
    ...Object.keys(KINDS).map((title) => ({ name: title, config: () => settingsOfKind(title) })),
  ];
  for (const { name, config } of subjects)
    it(`${name}: has a policy and a binding for each rule that is said to be held, which deny and fail closed`, async () => {
      const objects = Object.values(partsOf(parseSite(await config(), "a test")).admission.admission.objects);
      const policies = objects.filter(({ kind }) => kind === "ValidatingAdmissionPolicy");
      assert.deepEqual(
        [...new Set(policies.map(({ metadata }) => metadata.labels?.[RULE_LABEL]))].sort(),
        Object.keys(IN_ADMISSION).sort(),
      );
      const bindings = objects.filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding");
      assert.equal(policies.length + bindings.length, objects.length);
      assert.deepEqual(
        bindings.map(({ spec }) => asRecord(spec)["policyName"]),
        policies.map(({ metadata }) => metadata.name),
      );
      for (const { spec } of policies) assert.equal(asRecord(spec)["failurePolicy"], "Fail");
      for (const { spec } of bindings) assert.deepEqual(asRecord(spec)["validationActions"], ["Deny"]);
    });
});
