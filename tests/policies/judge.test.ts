import assert from "node:assert/strict";
import fc from "fast-check";
import { Malformed, Undetermined } from "#af/policies/model/field";
import { UNITS } from "#af/policies/model/figures";
import { AmountsTooLarge } from "#af/capacity/packing/exact-numbers";
import { cannotBeJudged, judge, passes } from "#af/policies/judge";
import { objectsOf, WHOLE_STACK } from "#af/policies/model/objects";
import type { ObjectRule, SiteRule, StackRule } from "#af/policies/model/rules";
import { SITE } from "./expect";
import { waiverOf } from "./waiver";

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

describe("a verdict", () => {
  const facts = ruleAbout(() => undefined);
  const [object, other] = ["a", "b"].map(
    (name) => objectsOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "work" }, data: {} })[0] ?? assert.fail(),
  );
  assert.ok(object && other);
  const each = (check: ObjectRule["check"], more: Partial<ObjectRule> = {}): ObjectRule => ({
    ...facts,
    name: "each",
    ...more,
    scope: "object",
    check,
  });

  it("has the facts of the rule and of the object, and who made it", () => {
    const made = { ...object, origin: { by: "HelmRelease work/r", chart: "demo", release: "r" } };
    const rule = each((_, judgement) => judgement.violation(object.root.at("data"), "is wrong"));
    const { findings } = judge([rule], [made, other], NO_SITE);
    const expected = {
      ...{
        rule: "each",
        pack: "quotas",
        severity: "low",
        enforcement: "advisory",
        path: "data",
        remedy: "None.",
        frameworks: ["facility:X-01"],
      },
    };
    const reference = { apiVersion: "v1", kind: "ConfigMap", namespace: "work" };
    assert.deepEqual(findings, [
      { ...expected, object: { ...reference, name: "a" }, message: "is wrong (made by HelmRelease work/r, chart demo)" },
      { ...expected, object: { ...reference, name: "b" }, message: "is wrong" },
    ]);
  });

  it("counts what each rule has checked, from 0 on, and what it compared with whom", () => {
    const rule = each((_, judgement) => judgement.countChecked());
    const twice = each(
      (_, judgement) => {
        judgement.countChecked();
        judgement.countChecked();
      },
      { name: "twice" },
    );
    const none = each(() => undefined, { name: "none" });
    assert.deepEqual(judge([rule, twice, none], [object, other], NO_SITE).checked, { each: 2, twice: 4, none: 0 });
    const figure = { subject: "s", resource: "r", unit: "count", need: 1n, have: 1n } as const;
    const compared = each(({ root }, judgement) => judgement.compared(root.at("data"), figure));
    assert.deepEqual(judge([compared], [object], NO_SITE).comparisons, [
      { rule: "each", pack: "quotas", object: { apiVersion: "v1", kind: "ConfigMap", namespace: "work", name: "a" }, path: "data", figure },
    ]);
  });

  it("says of what cannot be judged so, at the level of the rule, and of a rule that fails itself that it does, as mandatory", () => {
    const thrown = (error: Error) =>
      judge(
        [
          each(() => {
            throw error;
          }),
        ],
        [object],
        NO_SITE,
      ).findings.map(({ path, message, enforcement }) => [path, message, enforcement]);
    assert.deepEqual(thrown(new Undetermined("spec.x", "is not given")), [
      ["spec.x", "undetermined: spec.x is not given, so the rule cannot be judged", "advisory"],
    ]);
    assert.deepEqual(thrown(new Malformed("spec.x", "text", "a number")), [["spec.x", "found text; allowed: a number", "advisory"]]);
    const [[whole, tooLarge] = []] = thrown(new AmountsTooLarge("memory", "9 pods ask for 8Ei"));
    assert.equal(whole, "");
    assert.match(tooLarge ?? "", /^undetermined: .*9 pods ask for 8Ei.*; so the rule cannot be judged$/);
    const [[path, message, enforcement] = []] = thrown(new TypeError("x is not a function"));
    assert.deepEqual([path, enforcement], ["", "mandatory"]);
    assert.match(message ?? "", /^the rule itself failed: .*x is not a function.*; please report this$/);
  });

  it("goes on after an object of which a rule fails", () => {
    const rule = each(({ name, root }, judgement) => {
      if (name === "a") throw new Error("no");
      judgement.violation(root, "is wrong");
    });
    assert.deepEqual(
      judge([rule], [object, other], NO_SITE).findings.map(({ object: { name } }) => name),
      ["a", "b"],
    );
  });

  it("leaves out rules that need a site or options of the engine where there are none, and says why", () => {
    const ofSite: SiteRule = {
      ...facts,
      name: "of-site",
      scope: "site",
      check: (_, site, on, today) => on(WHOLE_STACK).violation(WHOLE_STACK.root, `${site.hub.host} ${today.getTime()}`),
    };
    const ofOptions = each((_, judgement) => judgement.countChecked(), { name: "of-options", ofOptions: true });
    const { skipped, checked, findings } = judge([ofSite, ofOptions, each(() => undefined)], [object], NO_SITE);
    assert.deepEqual(skipped, {
      "of-site": "no site was named, and the rule compares with its hosts and addresses",
      "of-options": "it is about options of the engine's resources, which manifests do not have; a preview and plan judge them",
    });
    assert.deepEqual([checked, findings], [{ "of-site": 0, "of-options": 0, each: 0 }, []]);
    const today = new Date("2026-01-02");
    const judged = judge([ofSite, ofOptions], [object, { ...other, options: { protect: false } }], { site: SITE, today });
    assert.deepEqual([judged.skipped, judged.checked["of-options"]], [{}, 2]);
    assert.deepEqual(
      judged.findings.map(({ message }) => message),
      [`${SITE.hub.host} ${today.getTime()}`],
    );
  });

  it("holds apart what a standing exception or a waiver allows", () => {
    const rule = each(({ root }, judgement) => judgement.violation(root.at("data"), "is wrong", "subject"));
    const exception = {
      rule: "each",
      of: { kind: "own", role: undefined, object: "ConfigMap", name: "a" },
      allows: ["subject"],
      because: "a test needs it",
    } as const;
    const whole = { ...object, namespace: "" };
    const waiver = { ...waiverOf(), rule: "each", object: "ConfigMap work/b", field: "data", allows: "subject" };
    const { findings, excepted, waived } = judge([rule], [whole, other, object], {
      ...NO_SITE,
      exceptions: [exception],
      waivers: [waiver],
    });
    assert.deepEqual(
      findings.map(({ object: { name } }) => name),
      ["a"],
    );
    assert.deepEqual(
      excepted.map(
        ({
          allowed,
          exception: of,
          finding: {
            object: { namespace, name },
          },
        }) => [allowed, of, namespace, name],
      ),
      [["subject", exception, "", "a"]],
    );
    assert.deepEqual(
      waived.map(
        ({
          waiver: of,
          finding: {
            object: { name },
          },
        }) => [of, name],
      ),
      [[waiver, "b"]],
    );
    // Waivers are those of the site that hold on the day, unless others are given.
    const site = { ...SITE, waivers: [waiver] };
    assert.equal(judge([rule], [other], { site }).waived.length, 1);
    assert.equal(judge([rule], [other], { site, today: new Date(Date.parse(waiver.until) + 24 * 60 * 60 * 1000) }).waived.length, 0);
    assert.equal(judge([rule], [other], { site, waivers: [] }).waived.length, 0);
  });

  it("passes if nothing mandatory is found", () => {
    const { findings } = judge([each(({ root }, judgement) => judgement.violation(root, "is wrong"))], [object, other], NO_SITE);
    assert.equal(passes(findings), true);
    const [first, ...more] = findings;
    assert.ok(first);
    assert.equal(passes([...more, { ...first, enforcement: "mandatory" }]), false);
    assert.equal(passes([]), true);
  });

  it("knows the messages of what cannot be judged", () => {
    for (const message of [
      "undetermined: x",
      "found text; allowed: a list",
      "found a list; allowed: text",
      "found an object; allowed: x",
      "found a number; allowed: x",
      "found a boolean; allowed: x",
    ])
      assert.equal(cannotBeJudged(message), true, message);
    for (const message of [
      "is undetermined",
      "found a texts; allowed: x",
      "found text",
      "is found text; allowed: x",
      "found 5; allowed: 6",
    ])
      assert.equal(cannotBeJudged(message), false, message);
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
