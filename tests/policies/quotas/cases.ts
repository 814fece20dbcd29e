import assert from "node:assert/strict";
import { marginOf } from "#af/policies/model/figures";
import type { PackVerdict } from "#af/policies/judge";
import type { Rule } from "#af/policies/model/rules";
import type { Site } from "#af/stacks/site/schema";
import { neverSilent, SITE, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";

type Steps = readonly (string | number)[];

/** A field of one of the passing objects, or of the site. */
interface Place {
  /** Index of the object among those that pass. */
  readonly of: number | "site";
  readonly at: Steps;
}

/** A refusing case: it differs from the passing one in the value of one field. */
interface Refused extends Place {
  readonly value: unknown;
  readonly path: string;
  readonly message: RegExp;
}

/** A field that decides one side of a comparison. */
interface Boundary extends Place {
  /** Picks the comparison by the resource that it is about. */
  readonly resource: RegExp;
  readonly side: "need" | "have";
  /** Makes the value of the field from an amount of that side; without it the value is the amount as text. */
  readonly write?: (amount: bigint) => unknown;
  /** How much the amount grows when the field grows by its smallest step; 1 unless given. */
  readonly grain?: bigint;
}

/** The cases of one rule. */
export interface RuleCases {
  readonly rule: Rule;
  /** The site by which the objects are judged; the first site of the project unless given. */
  readonly site?: Site;
  readonly passes: readonly Data[];
  readonly refused: readonly Refused[];
  /** Where the comparison of the rule changes from fitting to not fitting; every rule that compares has one. */
  readonly boundary?: Boundary;
  /** Fields that the rule reads, each with a value of a wrong type. The rule must not be silent about an unknown or wrong value. None where the site file alone decides. */
  readonly unknown: readonly { readonly of: number; readonly at: Steps; readonly wrong: unknown }[];
}

/** The cases of all test files that are loaded. A test asks whether every rule has cases. */
export const CASES: RuleCases[] = [];

/** Runs the cases of a rule. */
export function describeCases(cases: RuleCases): void {
  const { rule, site = SITE, passes, refused, boundary, unknown } = cases;
  CASES.push(cases);
  describe(rule.name, () => {
    it("accepts", () => {
      const { findings, checked } = verdictOn(passes, [rule], site);
      assert.deepEqual(findings, []);
      assert.ok((checked[rule.name] ?? 0) > 0, "it checked nothing");
    });

    for (const { of, at, value, path, message } of refused)
      it(`refuses ${at.join(".")}: ${JSON.stringify(value) ?? "nothing"}`, () => {
        const { findings } = judged(cases, { of, at }, value);
        assert.deepEqual(
          findings.map((finding) => [finding.rule, finding.enforcement, finding.path]),
          [[rule.name, rule.enforcement, path]],
        );
        assert.match(findings[0]?.message ?? "", message);
      });

    if (boundary)
      it(`lets through what is exactly there (${boundary.at.join(".")}), and not the least bit more`, () => checkBoundary(cases, boundary));

    for (const { of, at, wrong } of unknown)
      it(`is never silent about ${at.join(".")}`, () => {
        const object = passes[of];
        assert.ok(object);
        neverSilent(
          rule,
          object,
          at,
          wrong,
          passes.filter((_, index) => index !== of),
          site,
        );
      });
  });
}

function checkBoundary(cases: RuleCases, { of, at, resource, side, write = String, grain = 1n }: Boundary): void {
  const { rule, site = SITE, passes } = cases;
  const judgedAt = (amount: bigint) => {
    const { findings, comparisons } = judged(cases, { of, at }, write(amount));
    return { findings, figure: comparisons.find(({ figure }) => resource.test(figure.resource))?.figure };
  };
  const figure = verdictOn(passes, [rule], site).comparisons.find((comparison) => resource.test(comparison.figure.resource))?.figure;
  assert.ok(figure, `no comparison of ${String(resource)}`);
  const exact = side === "need" ? figure.have / grain : figure.need / grain;
  const fits = judgedAt(exact);
  assert.deepEqual(fits.findings, []);
  assert.ok(fits.figure && marginOf(fits.figure) >= 0n && marginOf(fits.figure) < grain, String(fits.figure && marginOf(fits.figure)));
  const over = judgedAt(side === "need" ? exact + 1n : exact - 1n);
  assert.ok(over.figure && marginOf(over.figure) < 0n && marginOf(over.figure) >= -grain, String(over.figure && marginOf(over.figure)));
  assert.deepEqual(
    over.findings.flatMap(({ figures = [] }) => figures).filter((each) => resource.test(each.resource)),
    [over.figure],
  );
}

/** The verdict with another value in one field. */
function judged({ rule, site = SITE, passes }: RuleCases, { of, at }: Place, value: unknown): PackVerdict {
  if (of === "site") return verdictOn(passes, [rule], changed(site, at, value) as unknown as Site);
  return verdictOn(
    passes.map((object, index) => (index === of ? changed(object, at, value) : object)),
    [rule],
    site,
  );
}
