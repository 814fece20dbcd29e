import assert from "node:assert/strict";
import { DeclaredObjects, type EngineResource } from "#af/policies/declared-objects";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "#af/policies/engine-values";
import type { KubernetesObject } from "#af/policies/model/objects";
import type { Data } from "./manifests";

const propsOf = (name: string, labels: Data = {}): Data => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "work", labels },
});
const resource = (name: string, props: Data = propsOf(name), protect = false): EngineResource => ({
  type: "kubernetes:core/v1:ConfigMap",
  urn: `urn:pulumi:test::af::kubernetes:core/v1:ConfigMap::${name}`,
  props,
  opts: {
    protect,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
  },
});
const names = (objects: readonly KubernetesObject[]) => objects.map(({ name }) => name);
const labelsOf = ([object]: readonly KubernetesObject[]) => object?.root.at("metadata", "labels").texts();

describe("objects that a program declares", () => {
  it("are read once for as long as the engine shows the same, and again when it shows something else", () => {
    const declared = new DeclaredObjects();
    const props = propsOf("a", { color: "red" });
    const first = declared.remember(resource("a", props));
    assert.deepEqual([names(first), labelsOf(first)], [["a"], { color: "red" }]);
    assert.equal(declared.remember(resource("a", props)), first, "the same object");
    assert.equal(declared.remember(resource("a", propsOf("a", { color: "red" }))), first, "an equal one");
    const changed = declared.remember(resource("a", propsOf("a", { color: "blue" })));
    assert.deepEqual(labelsOf(changed), { color: "blue" });
    assert.deepEqual(labelsOf(declared.remember(resource("a", props))), { color: "red" }, "and back");
  });

  it("are not read again for each rule that is shown the same, and stand for the stack however often they are shown", () => {
    const declared = new DeclaredObjects();
    let read = 0;
    const props = {
      ...propsOf("a"),
      get data() {
        read += 1;
        return { a: "b" };
      },
    };
    const first = declared.remember(resource("a", props));
    const once = read;
    assert.ok(once > 0);
    for (let rule = 0; rule < 3; rule += 1) declared.remember(resource("a", props));
    assert.equal(read, once);
    declared.remember(resource("a", { ...propsOf("a"), data: { a: "b" } }));
    assert.equal(declared.ofStack([resource("a", propsOf("a"))])[0], first[0]);
  });

  it("are equal where only the mark of a secret differs, for a rule reads the value", () => {
    const declared = new DeclaredObjects();
    const first = declared.remember(resource("a", propsOf("a", { color: "red" })));
    const secret = { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "red" };
    assert.equal(declared.remember(resource("a", propsOf("a", { color: secret }))), first);
  });

  it("tell whether the engine protects them", () => {
    const declared = new DeclaredObjects();
    const props = propsOf("a");
    const protects = (protect: boolean) => declared.remember(resource("a", props, protect))[0]?.options?.protect;
    assert.deepEqual([protects(false), protects(true), protects(true), protects(false)], [false, true, true, false]);
  });

  it("stand for what the engine shows of the stack later, and what is not declared is judged as it is shown", () => {
    const declared = new DeclaredObjects();
    declared.remember(resource("a", propsOf("a", { color: "red" })));
    const shown = (name: string) => resource(name, propsOf(name, { color: "as the server has it" }));
    const objects = declared.ofStack([shown("b"), shown("a")]);
    const labels = Object.fromEntries(objects.map((object) => [object.name, labelsOf([object])]));
    assert.deepEqual(labels, { a: { color: "red" }, b: { color: "as the server has it" } });
    // What was shown once is not remembered.
    const later = declared.ofStack([resource("b", propsOf("b", { color: "later" })), shown("a")]);
    assert.deepEqual(labelsOf(later.filter(({ name }) => name === "b")), { color: "later" });
    const [left] = declared.ofStack([resource("c", propsOf("c"), true)]);
    assert.equal(left?.options?.protect, true);
  });

  it("are one list for all rules that ask about the same resources, until one of them changes", () => {
    const declared = new DeclaredObjects();
    const [a, b] = [resource("a"), resource("b")];
    for (const each of [a, b]) declared.remember(each);
    const both = declared.ofStack([a, b]);
    assert.equal(declared.ofStack([b, a]), both);
    const one = declared.ofStack([a]);
    assert.deepEqual([names(one), names(declared.ofStack([b]))], [["a"], ["b"]]);
    assert.deepEqual(names(declared.ofStack([a, b])).sort(), ["a", "b"]);
    const before = declared.ofStack([a, b]);
    declared.remember(resource("a", propsOf("a", { color: "blue" })));
    const after = declared.ofStack([a, b]);
    assert.notEqual(after, before);
    assert.deepEqual(labelsOf(after.filter(({ name }) => name === "a")), { color: "blue" });
  });
});
