import assert from "node:assert/strict";
import fc from "fast-check";
import {
  fromStruct,
  hasSecret,
  hasUnknown,
  OutputValue,
  plain,
  Secret,
  toStruct,
  Unknown,
  type PropertyMap,
  type PropertyValue,
} from "#af/sandbox/plugins/properties";

const key = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
const { value } = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.string(),
    fc.constant(new Unknown()),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    tie("value").map((inner) => new Secret(inner)),
    tie("value").map((inner) => new OutputValue(inner, true, ["urn:pulumi:s::p::t::n"])),
  ),
}));
const map: fc.Arbitrary<PropertyMap> = fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true });

describe("property values", () => {
  it("come back from the wire as they were sent", () => {
    fc.assert(fc.property(map, (sent) => assert.deepEqual(fromStruct(toStruct(sent)), sent)));
  });

  it("keep every kind of unknown as the engine sent it", () => {
    const token = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";
    assert.equal(toStruct(fromStruct(toStruct({ list: new Unknown(token) }))).toJavaScript()["list"], token);
  });

  it("keep assets and references untouched", () => {
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "hello" };
    assert.deepEqual(toStruct(fromStruct(toStruct({ asset }))).toJavaScript(), { asset });
  });

  it("find secrets and unknowns at any depth", () => {
    const wrap = (inner: PropertyValue, depth: number): PropertyValue =>
      depth === 0 ? inner : wrap(depth % 2 === 0 ? [inner] : { k: inner }, depth - 1);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), (depth) => {
        assert.ok(hasSecret(wrap(new Secret("s"), depth)) && hasUnknown(wrap(new Unknown(), depth)));
        assert.ok(!hasSecret(wrap("s", depth)) && !hasUnknown(wrap("s", depth)));
      }),
    );
  });

  it("lose marks and nulls in their plain form", () => {
    assert.deepEqual(plain({ a: new Secret({ b: null, c: [new Secret(1)] }), d: undefined }), { a: { c: [1] } });
  });

  it("of no struct are an empty map", () => assert.deepEqual(fromStruct(undefined), {}));
});
