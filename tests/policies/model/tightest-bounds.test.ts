import assert from "node:assert/strict";
import fc from "fast-check";
import { millicores } from "#af/capacity/quantity";
import { UNKNOWN } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import { tightestBounds, type BoundedType } from "#af/policies/model/tightest-bounds";

const TYPES: readonly BoundedType[] = ["Container", "Pod", "PersistentVolumeClaim"];
const FIELDS = ["min", "max", "maxLimitRequestRatio"] as const;
const rangesOf = (ranges: readonly unknown[]) =>
  ranges.flatMap((limits, index) =>
    objectsOf({ apiVersion: "v1", kind: "LimitRange", metadata: { name: `l${index}`, namespace: "work" }, spec: { limits } }),
  );

describe("the tightest of several bounds", () => {
  const list = fc.dictionary(fc.constantFrom("cpu", "memory"), fc.constantFrom("1", "2", "500m", "1.5"), { maxKeys: 2 });
  const item = fc.record({ type: fc.constantFrom(...TYPES), min: list, max: list, maxLimitRequestRatio: list });

  it("is the largest least, the smallest most and the smallest ratio, of each type and resource by itself", () => {
    fc.assert(
      fc.property(fc.array(fc.array(item, { maxLength: 3 }), { maxLength: 3 }), (ranges) => {
        const bounds = tightestBounds(rangesOf(ranges));
        for (const type of TYPES) {
          const found = bounds(type);
          assert.deepEqual([found.type, found.unreadable], [type, undefined]);
          for (const field of FIELDS)
            for (const resource of ["cpu", "memory"]) {
              const amounts = ranges
                .flat()
                .filter((each) => each.type === type)
                .flatMap((each) => each[field][resource] ?? [])
                .map(millicores);
              const sorted = [...amounts].sort((a, b) => Number(field === "min" ? b - a : a - b));
              assert.deepEqual(
                found[field].filter((each) => each.resource === resource).map(({ amount }) => amount),
                sorted.slice(0, 1),
              );
            }
        }
      }),
    );
  });

  it("says where it is written: of equal bounds where the first is", () => {
    const equal = [
      { type: "Pod", min: { cpu: "1" }, max: { cpu: "2" } },
      { type: "Pod", min: { cpu: "1000m" }, max: { cpu: "2000m" } },
    ];
    const { min, max } = tightestBounds(rangesOf([equal]))("Pod");
    assert.deepEqual(
      [...min, ...max].map(({ field }) => field.path),
      ["spec.limits[0].min.cpu", "spec.limits[0].max.cpu"],
    );
    const two = tightestBounds(
      rangesOf([
        [
          { type: "Pod", max: { cpu: "2" } },
          { type: "Pod", max: { cpu: "1" } },
        ],
      ]),
    )("Pod").max;
    assert.deepEqual(
      two.map(({ field }) => field.path),
      ["spec.limits[1].max.cpu"],
    );
  });

  it("is not known of a type of which a bound cannot be read, and of all where the type itself cannot", () => {
    const unreadable = (items: readonly unknown[]) => {
      const bounds = tightestBounds(rangesOf([items]));
      return TYPES.map((type) => bounds(type).unreadable?.message);
    };
    const pod = { type: "Pod", max: { cpu: "much" } };
    const said = "spec.limits[0].max.cpu is text; allowed: a Kubernetes quantity such as 500m or 1Gi";
    assert.deepEqual(unreadable([pod]), [undefined, said, undefined]);
    // The first is told, and what can be read stands.
    assert.deepEqual(unreadable([pod, { type: "Pod", min: { cpu: "more" } }]), [undefined, said, undefined]);
    const beside = tightestBounds(rangesOf([[pod, { type: "Pod", max: { memory: "1" }, min: { cpu: "1" } }]]))("Pod");
    assert.deepEqual([beside.max.length, beside.min.length], [1, 1]);
    const untyped = "spec.limits[0].type is not known before up runs";
    assert.deepEqual(unreadable([{ type: UNKNOWN }, pod]), [untyped, untyped, untyped]);
    assert.deepEqual(tightestBounds(rangesOf(["all"]))("Pod").unreadable?.message, "spec.limits is text; allowed: a list");
    assert.deepEqual(unreadable([{ max: { cpu: "1" } }]), [undefined, undefined, undefined]);
  });
});
