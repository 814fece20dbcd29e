import assert from "node:assert/strict";
import { worldOf } from "#af/sandbox/cluster/world";
import { customResources } from "#af/sandbox/controller/custom-resources";
import { stored, statusSchemaOf } from "#af/sandbox/controller/structural";
import { definition, object } from "./builders";

describe("what the server stores of a custom resource", () => {
  const conditions = { type: "array", items: { type: "object", properties: { type: { type: "string" } } } };
  const table: readonly [what: string, schema: unknown, value: unknown, kept: unknown][] = [
    ["fields that it knows", { properties: { a: { type: "integer" } } }, { a: 1, b: 2 }, { a: 1 }],
    ["the fields of each item", { properties: { conditions } }, { conditions: [{ type: "x", time: 1 }] }, { conditions: [{ type: "x" }] }],
    ["everything, where it says so", { "x-kubernetes-preserve-unknown-fields": true, properties: {} }, { b: { c: 1 } }, { b: { c: 1 } }],
    [
      "everything but what a known field does not know",
      { "x-kubernetes-preserve-unknown-fields": true, properties: { conditions } },
      { b: 1, conditions: [{ type: "x", time: 1 }] },
      { b: 1, conditions: [{ type: "x" }] },
    ],
    ["the values of a map", { additionalProperties: { properties: { a: {} } } }, { x: { a: 1, b: 2 } }, { x: { a: 1 } }],
    ["nothing of an object without fields", {}, { a: 1 }, {}],
    ["plain values", { type: "string" }, "text", "text"],
    ["everything, if nothing is known", undefined, { a: [{ b: 1 }] }, { a: [{ b: 1 }] }],
  ];
  for (const [what, schema, value, kept] of table) it(`is ${what}`, () => assert.deepEqual(stored(schema, value), kept));

  const withSchema = (openAPIV3Schema: object) => ({
    ...definition("example.org", "Widget"),
    spec: { group: "example.org", names: { kind: "Widget" }, versions: [{ name: "v1", schema: { openAPIV3Schema } }] },
  });

  it("follows from the version that is written", () => {
    assert.deepEqual(statusSchemaOf(withSchema({ properties: { status: { type: "object" } } }), "example.org/v1"), { type: "object" });
    assert.deepEqual(statusSchemaOf(withSchema({ properties: {} }), "example.org/v1"), {});
    assert.equal(statusSchemaOf(withSchema({ "x-kubernetes-preserve-unknown-fields": true }), "example.org/v1"), undefined);
    assert.equal(statusSchemaOf(withSchema({}), "example.org/v2"), undefined);
  });

  it("is all that a kind without a known operator is told, so that it is not told the same for ever", () => {
    const widget = object("example.org/v1", "Widget", "w");
    const told = (status: object): unknown => customResources.actions(worldOf([widget, withSchema({ properties: { status } })]), widget);
    assert.deepEqual(told({ type: "object" }), []);
    assert.match(JSON.stringify(told({ properties: { conditions } })), /"status":\{"conditions":\[\{"type":"Ready"\}\]\}/);
  });
});
