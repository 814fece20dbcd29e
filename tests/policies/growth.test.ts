import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { Field } from "#af/policies/model/field";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import type { Rule } from "#af/policies/model/rules";
import { KINDS, manyOf } from "../bench/policies-objects";

/** Objects of the smaller and of the larger measurement. */
const [FEW, MANY] = [120, 480] as const;
/** Times as much work as for the fewer objects. Linear work is 4 times as much, and quadratic work 16 times. */
const MOST = 6;
/** Work that is done whatever the number of objects. */
const FIXED = 2_000;

/** How often a rule looks at an object or reads a field: work that is the same however busy the machine is. */
function workOf(rule: Rule, objects: readonly KubernetesObject[]): number {
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
    judge([rule], counting, { site: undefined });
  } finally {
    Object.defineProperty(Field.prototype, "at", read);
  }
  return work;
}

describe("the work of a rule", function () {
  this.timeout(120_000);
  for (const [where, together] of [
    ["in one namespace", MANY],
    ["in many namespaces", 2],
  ] as const)
    it(`grows with the number of objects of any kind ${where}, and not with its square`, () => {
      const faster = KINDS.flatMap((kind) => {
        const [few, many] = [FEW, MANY].map((count) => manyOf(kind, count, together).flatMap((object) => objectsOf(object)));
        return RULES.filter(({ scope }) => scope !== "site").flatMap((rule) => {
          const [less, more] = [workOf(rule, few ?? []), workOf(rule, many ?? [])];
          return more > MOST * less + FIXED ? [`${rule.name} on ${kind}: ${less} for ${FEW}, ${more} for ${MANY}`] : [];
        });
      });
      assert.deepEqual(faster, []);
    });
});
