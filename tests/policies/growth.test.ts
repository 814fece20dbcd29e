import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { Field } from "#af/policies/model/field";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import type { Rule } from "#af/policies/model/rules";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { CROWD_NAMES, crowdOf } from "../bench/policies-crowds";
import { KINDS, manyOf } from "../bench/policies-objects";

/** Objects of the smaller and of the larger measurement. */
const [FEW, MANY] = [120, 480] as const;
/** Times as much work as for the fewer objects. Linear work is 4 times as much, and quadratic work 16 times. */
const MOST = 6;
/** Work that is done whatever the number of objects. */
const FIXED = 2_000;

/** How often a rule looks at an object, reads a field and says something: work that is the same however busy the machine is. */
function workOf(rule: Rule, objects: readonly KubernetesObject[], site?: Site): number {
  let work = 0;
  const counting = objects.map(
    (object) =>
      new Proxy(object, {
        get: (target, name) => {
          work += 1;
          return Reflect.get(target, name) as unknown;
        },
      }),
  );
  const read = Object.getOwnPropertyDescriptor(Field.prototype, "at");
  assert.ok(read);
  const at = read.value as (...steps: readonly string[]) => Field;
  Field.prototype.at = function (...steps) {
    work += 1;
    return Reflect.apply(at, this, steps);
  };
  try {
    const { findings, comparisons } = judge([rule], counting, { site });
    work += findings.length + comparisons.length;
  } finally {
    Object.defineProperty(Field.prototype, "at", read);
  }
  return work;
}

/** Rules that do more than {@link MOST} times the work when there are four times as many objects. */
function tooFast(what: string, rules: readonly Rule[], make: (count: number) => readonly object[], site?: Site): readonly string[] {
  const [few, many] = [FEW, MANY].map((count) => make(count).flatMap((object) => objectsOf(object)));
  return rules.flatMap((rule) => {
    const [less, more] = [workOf(rule, few ?? [], site), workOf(rule, many ?? [], site)];
    return more > MOST * less + FIXED ? [`${rule.name} on ${what}: ${less} for ${FEW}, ${more} for ${MANY}`] : [];
  });
}

/** Rules about a site that only count. The others pack, which takes longer than a test may; `npm run bench:policies` measures all of them. */
const COUNTING = ["address-pools-are-apart", "demand-fits-quota", "pods-fit-a-host", "spread-pods-have-domains"];

describe("the work of a rule", function () {
  this.timeout(120_000);
  const rules = RULES.filter(({ scope }) => scope !== "site");

  for (const [where, together] of [
    ["in one namespace", MANY],
    ["in many namespaces", 2],
  ] as const)
    it(`grows with the number of objects of any kind ${where}, and not with its square`, () => {
      assert.deepEqual(
        KINDS.flatMap((kind) => tooFast(kind, rules, (count) => manyOf(kind, count, together))),
        [],
      );
    });

  it("grows so where objects are about each other too", () => {
    assert.deepEqual(
      CROWD_NAMES.flatMap((crowd) => tooFast(crowd, rules, (count) => crowdOf(crowd, count))),
      [],
    );
  });

  it("grows so where a rule counts what a site has", () => {
    const site = readSite("unl");
    const counting = RULES.filter(({ name }) => COUNTING.includes(name));
    assert.equal(counting.length, COUNTING.length);
    assert.deepEqual(
      CROWD_NAMES.flatMap((crowd) => tooFast(crowd, counting, (count) => crowdOf(crowd, count), site)),
      [],
    );
  });
});
