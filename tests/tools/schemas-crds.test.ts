import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import type { Schema } from "#af/tools/schemas/prune";
import { crdSchemas } from "#af/tools/schemas/crds";
import { checkRules } from "#af/tools/schemas/rules";
import { mismatches } from "#af/tools/schemas/validate";
import { UNKNOWN } from "#af/policies/model/field";

const text = { type: "string" };

/** One property for each mark of a structural schema. */
const SPEC = {
  type: "object",
  properties: {
    plain: { type: "object", properties: { known: text } },
    empty: { type: "object" },
    list: { type: "array", items: { type: "object", properties: { known: text } } },
    map: { type: "object", additionalProperties: { type: "object", properties: { known: text } } },
    kept: {
      type: "object",
      "x-kubernetes-preserve-unknown-fields": true,
      properties: { inner: { type: "object", properties: { known: text } } },
    },
    keptList: {
      type: "array",
      "x-kubernetes-preserve-unknown-fields": true,
      items: { type: "object", properties: { inner: { type: "object" } } },
    },
    embedded: {
      type: "object",
      "x-kubernetes-embedded-resource": true,
      properties: { spec: { type: "object", properties: { known: text } } },
    },
    port: { "x-kubernetes-int-or-string": true },
    size: {
      "x-kubernetes-int-or-string": true,
      nullable: true,
      anyOf: [{ type: "integer" }, { type: "string" }],
      pattern: "^[0-9]+(Mi|Gi)?$",
    },
    word: { type: "string", enum: ["one", "two"] },
    maybe: { type: "string", nullable: true },
    bounds: {
      type: "object",
      properties: { low: { type: "integer", default: 1 }, high: { type: "integer" }, name: text },
      "x-kubernetes-validations": [
        { rule: "!has(self.high) || self.low <= self.high", message: "low is above high" },
        { rule: "!has(self.name) || self.name.split('-').size() == 2" },
        { rule: "!has(oldSelf.name) || self.name == oldSelf.name" },
        { rule: "!has(self.name) || quantity(self.name).isGreaterThan(quantity('1'))" },
      ],
    },
    choice: { type: "object", properties: { a: text, b: text }, oneOf: [{ required: ["a"] }, { required: ["b"] }] },
  },
};

describe("a custom resource against its definition", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-crds-"));
  let schema: Schema;
  before(() => {
    const openAPIV3Schema = { type: "object", required: ["spec"], properties: { spec: SPEC, metadata: { type: "object" } } };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      spec: { group: "example.org", names: { kind: "Thing" }, versions: [{ name: "v1", schema: { openAPIV3Schema } }] },
    };
    fs.writeFileSync(path.join(folder, "thing.yaml"), stringify(definition));
    schema = crdSchemas(folder, [{ group: "example.org", kind: "Thing" }]).get("example.org/v1/Thing") ?? assert.fail();
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const thing = (spec: unknown, more: object = {}) => ({
    apiVersion: "example.org/v1",
    kind: "Thing",
    metadata: { name: "x", namespace: "y", labels: { a: "b" }, annotations: { c: "d" } },
    spec,
    ...more,
  });
  const refused = (value: unknown) => mismatches(schema, value).map((each) => each.path);

  it("may have every field that the definition has, and what the definition keeps", () => {
    const spec = {
      plain: { known: "x" },
      empty: {},
      list: [{ known: "x" }],
      map: { any: { known: "x" } },
      kept: { any: { thing: 1 }, inner: { known: "x" } },
      keptList: [{ any: 1 }],
      embedded: { apiVersion: "v1", kind: "Pod", metadata: { labels: { a: "b" } }, spec: { known: "x" } },
      word: "one",
      maybe: null,
      choice: { a: "x" },
    };
    assert.deepEqual(mismatches(schema, thing(spec)), []);
    for (const value of [80, "http"]) assert.deepEqual(refused(thing({ port: value })), []);
    for (const value of [5, "5Gi", null]) assert.deepEqual(refused(thing({ size: value })), [], String(value));
  });

  it("may have no other field, at any depth, in its metadata and in an embedded resource too", () => {
    const cases: readonly (readonly [unknown, string])[] = [
      [thing({}, { surprise: 1 }), "surprise"],
      [thing({ surprise: 1 }), "spec.surprise"],
      [thing({ plain: { surprise: 1 } }), "spec.plain.surprise"],
      [thing({ empty: { surprise: 1 } }), "spec.empty.surprise"],
      [thing({ list: [{}, { surprise: 1 }] }), "spec.list[1].surprise"],
      [thing({ map: { any: { surprise: 1 } } }), "spec.map.any.surprise"],
      // What is kept is kept at that place alone.
      [thing({ kept: { inner: { surprise: 1 } } }), "spec.kept.inner.surprise"],
      [thing({ keptList: [{ inner: { surprise: 1 } }] }), "spec.keptList[0].inner.surprise"],
      [thing({ embedded: { apiVersion: "v1", kind: "Pod", surprise: 1 } }), "spec.embedded.surprise"],
      [thing({ embedded: { apiVersion: "v1", kind: "Pod", metadata: { surprise: 1 } } }), "spec.embedded.metadata.surprise"],
      [thing({ embedded: { apiVersion: "v1", kind: "Pod", spec: { surprise: 1 } } }), "spec.embedded.spec.surprise"],
      [thing({}, { metadata: { name: "x", label: {} } }), "metadata.label"],
      [
        thing({}, { metadata: { name: "x", ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "a", uid: "b", of: 1 }] } }),
        "metadata.ownerReferences[0].of",
      ],
    ];
    for (const [value, place] of cases) assert.deepEqual(refused(value), [place]);
  });

  it("may have no value of another type, outside the choice, or null where it is not allowed", () => {
    const cases: readonly (readonly [unknown, string])[] = [
      [thing({ port: true }), "spec.port"],
      [thing({ port: 1.5 }), "spec.port"],
      [thing({ port: null }), "spec.port"],
      [thing({ size: "5 Gi" }), "spec.size"],
      [thing({ word: "three" }), "spec.word"],
      [thing({ word: null }), "spec.word"],
      [thing({ maybe: 1 }), "spec.maybe"],
      [thing({ choice: { a: "x", b: "x" } }), "spec.choice"],
      [thing(undefined), ""],
      [thing({}, { metadata: { name: "x", labels: { a: 1 } } }), "metadata.labels.a"],
      [thing({}, { metadata: { name: "x", annotations: "x" } }), "metadata.annotations"],
      [thing({ embedded: { kind: "Pod" } }), "spec.embedded"],
    ];
    for (const [value, place] of cases) {
      const found = refused(value);
      assert.ok(found.length > 0 && found.every((each) => each === place), `${JSON.stringify(value)}: ${JSON.stringify(found)}`);
    }
  });

  it("keeps the rules in CEL, with the defaults of its definition; a rule that cannot be evaluated is counted, not passed", () => {
    const broken = (bounds: object) => checkRules(schema, thing({ bounds })).mismatches;
    assert.deepEqual(broken({ low: 1, high: 2, name: "a-b" }), []);
    assert.deepEqual(broken({ low: 3, high: 2 }), [{ path: "spec.bounds", message: "low is above high" }]);
    assert.deepEqual(broken({ high: 0 }), [{ path: "spec.bounds", message: "low is above high" }]);
    assert.deepEqual(broken({ name: "ab" }), [
      { path: "spec.bounds", message: "breaks the rule !has(self.name) || self.name.split('-').size() == 2" },
    ]);
    assert.deepEqual(checkRules(schema, thing({})), { mismatches: [], left: [] });
    const left = (bounds: object) => checkRules(schema, thing({ bounds })).left.length;
    assert.equal(left({ name: "a-b" }), 2, "what compares with before, and what only Kubernetes knows");
    assert.equal(left({ high: UNKNOWN }), 4, "a value that is not known before up");
  });
});
