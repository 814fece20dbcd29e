import assert from "node:assert/strict";
import fc from "fast-check";
import { detailedDiff, formatPath, parsePath, type PropertyPath } from "#af/sandbox/plugins/detailed-diff";
import { Secret, Unknown } from "#af/sandbox/plugins/properties";
import { parseUrn } from "#af/sandbox/plugins/urn";

const never = (): boolean => false;
const object = fc.object({ maxDepth: 3, values: [fc.integer(), fc.string(), fc.boolean()] });

describe("detailed diff", () => {
  it("finds nothing between equal inputs, whether secret or not", () => {
    fc.assert(
      fc.property(object, (inputs) => {
        assert.equal(detailedDiff(inputs as never, structuredClone(inputs) as never, never).size, 0);
        assert.equal(detailedDiff({ inputs: inputs as never }, { inputs: new Secret(inputs as never) }, never).size, 0);
      }),
    );
  });

  it("names each leaf that changed", () => {
    const changes = detailedDiff(
      { a: 1, b: { c: "x", "d.e": "y" }, list: [{ n: 1 }, { n: 2 }], gone: true },
      { a: 2, b: { c: "x", "d.e": "z" }, list: [{ n: 1 }], come: null, here: {} },
      never,
    );
    assert.deepEqual(Object.fromEntries(changes), { a: "update", 'b["d.e"]': "update", "list[1]": "delete", gone: "delete", here: "add" });
  });

  it("takes an unknown for a change", () => {
    assert.deepEqual([...detailedDiff({ a: 1 }, { a: new Unknown() }, never)], [["a", "update"]]);
  });

  it("marks what forces a replacement", () => {
    const changes = detailedDiff({ name: "a", size: 1 }, { name: "b", size: 2 }, ([top]) => top === "name");
    assert.deepEqual(Object.fromEntries(changes), { name: "update-replace", size: "update" });
  });

  it("writes paths that it can read", () => {
    const part = fc.oneof(
      fc.nat({ max: 20 }),
      fc.string({ minLength: 1 }).filter((text) => !/[\\*]/.test(text)),
    );
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 5 }).filter((text) => /^\w+$/.test(text)),
        fc.array(part, { maxLength: 5 }),
        (top, rest) => {
          const path: PropertyPath = [top, ...rest];
          assert.deepEqual(parsePath(formatPath(path)), path);
        },
      ),
    );
  });
});

describe("URN", () => {
  it("gives type and name, also below parents and with colons in the name", () => {
    const urn = parseUrn("urn:pulumi:prod::af::af:hub:Hub$kubernetes:core/v1:Service::hub::proxy");
    assert.deepEqual(urn, { stack: "prod", project: "af", type: "kubernetes:core/v1:Service", name: "hub::proxy" });
  });

  it("refuses anything else", () => assert.throws(() => parseUrn("hub"), /not a URN: hub/));
});
