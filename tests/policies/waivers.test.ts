import assert from "node:assert/strict";
import { Field, UNKNOWN } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import type { ObjectRule, Severity } from "#af/policies/model/rules";
import { RULES } from "#af/policies/packs";
import { heldBy, heldWhereRefused, MOST_DAYS, waiverFor, waiverProblems, waiversInForce } from "#af/policies/waivers";
import { ROLE_FACTS, ROLES } from "#af/components/tenancy/roles";
import { nameOf } from "#af/components/tenancy/settings";
import type { Waiver } from "#af/stacks/site/waivers";
import { SITE } from "./expect";
import { dayFromNow, waiverOf } from "./waiver";

const TODAY = new Date();
const problems = (...waivers: readonly Waiver[]) =>
  waiverProblems({ ...SITE, waivers: [...waivers] }, RULES, TODAY).map(({ path, message }) => `${path}: ${message}`);
const ruleOf = (severity: Severity, of = RULES) =>
  of.find((rule) => rule.severity === severity && problems(waiverOf({ rule: rule.name, until: dayFromNow(0) })).length === 0) ??
  assert.fail(severity);

describe("waivers", () => {
  it("hold up to the end of their last day", () => {
    const waivers = [-1, 0, 1].map((days) => waiverOf({ until: dayFromNow(days) }));
    assert.deepEqual(waiversInForce({ ...SITE, waivers }, TODAY), waivers.slice(1));
  });

  it("end the sooner the graver their rule is, to the day", () => {
    for (const [severity, most] of Object.entries(MOST_DAYS) as [Severity, number][]) {
      const { name: rule } = ruleOf(severity);
      assert.deepEqual(problems(waiverOf({ rule, until: dayFromNow(most) })), [], rule);
      const until = dayFromNow(most + 1);
      assert.deepEqual(problems(waiverOf({ rule, until })), [
        `af:waivers[0].until: found ${until}, which is ${most + 1} days away; allowed for a rule of severity ${severity}: ${most} at most, which is until "${dayFromNow(most)}", so that somebody argues it anew`,
      ]);
    }
    assert.deepEqual(MOST_DAYS, { critical: 90, high: 180, medium: 365, low: 365 });
  });

  it("of grave rules are for nothing where programs of users run, and others are", () => {
    for (const role of ROLES) {
      const namespace = nameOf(SITE.tenancy, role);
      for (const severity of ["critical", "high", "medium"] as const) {
        const { name, remedy } = ruleOf(severity);
        const refused = ROLE_FACTS[role].runsUserCode && severity !== "medium";
        assert.deepEqual(
          problems(waiverOf({ rule: name, object: `Pod ${namespace}/x`, until: dayFromNow(1) })),
          refused
            ? [
                `af:waivers[0].object: nobody may waive ${name} in ${namespace}, where programs of users run; remove the waiver, and mend the object: ${remedy}`,
              ]
            : [],
          `${role} ${severity}`,
        );
        assert.deepEqual(
          problems(waiverOf({ rule: name, object: `Namespace ${namespace}`, until: dayFromNow(1) })),
          [],
          "an object of the whole cluster",
        );
      }
    }
  });

  it("are refused for rules that nobody may waive, with the reason, and for rules that there are not, with those that there are", () => {
    assert.deepEqual(problems(waiverOf({ rule: "nothing-has-ended" })), [
      "af:waivers[0].rule: nobody may waive nothing-has-ended, so remove the waiver: what has ended does not work again by it; renew it",
    ]);
    const [problem = ""] = problems(waiverOf({ rule: "no-such-rule" }));
    assert.match(
      problem,
      /^af:waivers\[0\]\.rule: found "no-such-rule", which is no rule that can be waived; allowed: [\w-]+(, [\w-]+)*\. What does not fit the hosts does not fit by a waiver$/,
    );
    const allowed = problem
      .replace(/^.*allowed: /, "")
      .replace(/\. .*/, "")
      .split(", ");
    assert.ok(allowed.includes("no-host-paths"));
    const never = [
      "no-secret-literals",
      "pods-keep-their-namespaces-level",
      "namespaces-deny-by-default",
      "namespaces-set-pod-security",
      "one-default-class",
    ];
    for (const rule of [...never, "routes-name-their-own-hosts", "services-open-no-host-ports", "nothing-has-ended"]) {
      assert.ok(!allowed.includes(rule), rule);
      assert.match(
        problems(waiverOf({ rule })).join(),
        new RegExp(`^af:waivers\\[0\\]\\.rule: nobody may waive ${rule}, so remove the waiver: .{15,}$`),
      );
    }
  });

  it("say no thing twice, and differ in one key at least", () => {
    const waiver = waiverOf();
    assert.deepEqual(problems(waiver, waiverOf({ reason: "another reason for the same" })), [
      "af:waivers[1]: says what af:waivers[0] says; remove one of them",
    ]);
    assert.deepEqual(
      problems(waiver, waiver, waiver).map((each) => each.split(":").slice(0, 2).join(":")),
      ["af:waivers[1]", "af:waivers[2]"],
    );
    const others: readonly Partial<Waiver>[] = [
      { rule: "images-are-exact" },
      { object: "PersistentVolume other" },
      { field: "spec" },
      { allows: "/other" },
    ];
    for (const other of others) assert.deepEqual(problems(waiver, waiverOf(other)), [], JSON.stringify(other));
  });
});

describe("what a waiver allows", () => {
  const [object] = objectsOf({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "software" },
    spec: { text: "a", number: 1, list: ["b"], nothing: null, open: UNKNOWN },
  });
  assert.ok(object);
  const at = (...steps: readonly string[]) => object.root.at(...steps);

  it("is the subject that the rule names, or else the value of the field", () => {
    assert.equal(heldBy(at("spec", "text"), "subject"), "subject");
    assert.deepEqual(
      [at("spec", "text"), at("spec", "number"), at("spec", "list")].map((field) => heldBy(field, undefined)),
      ["a", "1", '["b"]'],
    );
    for (const field of [
      at("spec", "nothing"),
      at("spec", "open"),
      at("spec", "absent"),
      object.root,
      new Field("x"),
      new Field(null, "x"),
    ])
      assert.equal(heldBy(field, undefined), undefined);
  });

  it("is one field of one object for one rule, with that value", () => {
    const waiver = waiverOf({ field: "spec.text", allows: "a" });
    const found = (changes: Partial<Waiver>, subject?: string) =>
      waiverFor([waiverOf({ field: "spec.other" }), { ...waiver, ...changes }], "no-host-paths", object, at("spec", "text"), subject);
    assert.deepEqual(found({}), waiver);
    for (const other of [{ rule: "x" }, { object: "PersistentVolume x" }, { field: "spec" }, { allows: "b" }, { allows: undefined }])
      assert.equal(found(other), undefined, JSON.stringify(other));
    assert.equal(found({}, "b"), undefined);
    const open = waiverOf({ field: "", allows: undefined });
    assert.equal(waiverFor([open], "no-host-paths", object, object.root, undefined), open, "a whole object holds nothing to compare");
  });

  it("is told as its object and its field hold it where the rule refuses them, each text once, past what cannot be read", () => {
    const [other = assert.fail()] = objectsOf({ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "other" }, spec: {} });
    const [rule] = RULES.filter(({ scope }) => scope === "object");
    assert.ok(rule?.scope === "object");
    const refusing: ObjectRule = {
      ...rule,
      check: ({ name, root }, judgement) => {
        judgement.countChecked();
        for (const subject of ["a", "a", "b"]) judgement.violation(root.at("spec", "text"), "is wrong", `${name} ${subject}`);
        judgement.violation(root.at("spec", "number"), "is wrong");
        judgement.attempt(() => judgement.violation(root.at("spec", "absent"), "is missing"));
        judgement.attempt(() => assert.fail("nobody can read it"));
      },
    };
    const held = (field: string) =>
      heldWhereRefused(waiverOf({ object: `PersistentVolume ${object.name}`, field }), refusing, [object, other], SITE, new Date());
    assert.deepEqual(held("spec.text"), [`${object.name} a`, `${object.name} b`]);
    assert.deepEqual(held("spec.number"), ["1"]);
    assert.deepEqual(held("spec.absent"), [undefined]);
    assert.deepEqual(held("spec.list"), []);
  });
});
