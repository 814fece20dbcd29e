import assert from "node:assert/strict";
import fc from "fast-check";
import { Field, Malformed, Undetermined, UNKNOWN } from "#af/policies/model/field";

/** Every way to read a field, and what it takes for allowed. */
const READERS: Readonly<Record<string, readonly [read: (field: Field) => unknown, allowed: string, absent: unknown]>> = {
  text: [(field) => field.text(), "text", undefined],
  boolean: [(field) => field.boolean(), "true or false", undefined],
  number: [(field) => field.number(), "a whole number", undefined],
  count: [(field) => field.count(), "a whole number from 0 to 2147483647", undefined],
  quantity: [(field) => field.quantity(), "a Kubernetes quantity such as 500m or 1Gi", undefined],
  items: [(field) => field.items(), "a list", []],
  entries: [(field) => field.entries(), "an object", []],
  texts: [(field) => field.texts(), "an object", {}],
  quantities: [(field) => field.quantities(), "an object", {}],
};
/** Values of each kind, with what they are for people, and the readers that take them. */
const VALUES: readonly (readonly [value: unknown, found: string, readers: readonly string[]])[] = [
  ["much", "text", ["text"]],
  ["500m", "text", ["text", "quantity"]],
  [true, "a boolean", ["boolean"]],
  [5, "a number", ["number", "count", "quantity"]],
  [0, "a number", ["number", "count", "quantity"]],
  [-1, "a number", ["number", "quantity"]],
  [2 ** 31 - 1, "a number", ["number", "count", "quantity"]],
  [2 ** 31, "a number", ["number", "quantity"]],
  [Number.MAX_SAFE_INTEGER, "a number", ["number", "quantity"]],
  [2 ** 53, "a number", ["quantity"]],
  [1.5, "a number", ["quantity"]],
  [Number.NaN, "a number", []],
  [[5], "a list", ["items"]],
  [["a"], "a list", ["items"]],
  [{ a: "1" }, "an object", ["entries", "texts", "quantities"]],
];

describe("a field", () => {
  it("is read as what it is, and says what it found and what is allowed where it is not", () => {
    for (const [value, found, readers] of VALUES)
      for (const [name, [read, allowed]] of Object.entries(READERS)) {
        const field = new Field(value, "spec.x");
        if (readers.includes(name)) read(field);
        else
          assert.throws(
            () => read(field),
            (error) => error instanceof Malformed && error.message === `spec.x is ${found}; allowed: ${allowed}`,
            `${String(value)} ${name}`,
          );
      }
    const field = (value: unknown) => new Field(value);
    assert.deepEqual(
      [field("a").text(), field(false).boolean(), field(0).number(), field(5).quantity(), field("1Gi").quantity()],
      ["a", false, 0, "5", "1Gi"],
    );
    assert.deepEqual([field({ a: "b" }).texts(), field({ cpu: 1, memory: "1Gi" }).quantities()], [{ a: "b" }, { cpu: "1", memory: "1Gi" }]);
  });

  it("is a count or a percentage where Kubernetes takes either", () => {
    for (const value of [0, 5, 2 ** 31 - 1, "0%", "25%", "999999999%", undefined]) assert.equal(new Field(value).share(), value);
    for (const [value, message] of [
      ["25", "x is text; allowed: a whole number, or a percentage such as 25%"],
      ["x25%", "x is text; allowed: a whole number, or a percentage such as 25%"],
      ["25%x", "x is text; allowed: a whole number, or a percentage such as 25%"],
      ["1000000000%", "x is text; allowed: a whole number, or a percentage such as 25%"],
      [-1, "x is a number; allowed: a whole number from 0 to 2147483647"],
      [UNKNOWN, "x is not known before up runs"],
    ] as const)
      assert.throws(() => new Field(value, "x").share(), { message });
  });

  it("is nothing where nothing is, and undetermined where nobody knows yet", () => {
    for (const [read, , absent] of Object.values(READERS)) {
      for (const value of [undefined, null]) assert.deepEqual(read(new Field(value)), absent);
      assert.throws(
        () => read(new Field(UNKNOWN, "spec.x")),
        (error) => error instanceof Undetermined && error.message === "spec.x is not known before up runs",
      );
    }
    assert.deepEqual(
      [undefined, null, UNKNOWN, "", 0, false].map((value) => new Field(value).given),
      [false, false, true, true, true, true],
    );
    assert.throws(() => new Field({ a: 1 }).texts(), Malformed);
    assert.deepEqual(new Field({ a: "b", c: null }).texts(), { a: "b" });
  });

  it("is found by steps, with the path by which people find it", () => {
    const root = new Field({ spec: { list: [{ a: 1 }, "b"], "x-y": 1, "with.dot": { deep: true }, 7: 1, $ref: 1, "a b": 1 } });
    const paths = [
      root.at("spec"),
      root.at("spec", "x-y"),
      root.at("spec", "with.dot", "deep"),
      root.at("spec", "7"),
      root.at("spec", "$ref"),
      root.at("spec", "a b"),
    ];
    assert.deepEqual(
      paths.map(({ path }) => path),
      ["spec", "spec.x-y", 'spec["with.dot"].deep', 'spec["7"]', "spec.$ref", 'spec["a b"]'],
    );
    assert.deepEqual(
      root
        .at("spec", "list")
        .items()
        .map(({ path }) => path),
      ["spec.list[0]", "spec.list[1]"],
    );
    assert.deepEqual(
      root
        .at("spec")
        .entries()
        .map(([name, field]) => [name, field.path])
        .at(-1),
      ["a b", 'spec["a b"]'],
    );
    assert.equal(root.at("spec", "list").items()[0]?.at("a").number(), 1);
    assert.deepEqual([root.at("none", "below").given, root.at("none", "below").path, root.at().raw()], [false, "none.below", root.raw()]);
    assert.throws(() => root.at("spec", "list", "a"), /^Error: spec\.list is a list; allowed: an object$/);
    assert.deepEqual(new Field({ '"': 1 }).entries()[0]?.[1].path, '["""]');
  });

  it("is not there for what every object of JavaScript answers to, unless somebody wrote it", () => {
    assert.equal(new Field({}).at("constructor").given, false);
    assert.equal(new Field({ constructor: "x" }).at("constructor").text(), "x");
  });

  it("has quantities of the resources that may be named there, and is refused with any other", () => {
    const names = { has: (name: string) => name === "cpu", allowed: "cpu" };
    assert.deepEqual(new Field({ cpu: "1" }).quantities(names), { cpu: "1" });
    assert.deepEqual(new Field({ other: "1" }).quantities(), { other: "1" });
    assert.throws(() => new Field({ cpu: "1", other: "2" }, "list").quantities(names), {
      message: "list.other is a resource that Kubernetes does not know; allowed: cpu",
    });
  });

  it("keeps the value as it is", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(new Field(value).raw(), value)));
  });
});
