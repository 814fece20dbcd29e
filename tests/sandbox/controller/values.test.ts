import assert from "node:assert/strict";
import fc from "fast-check";
import { worldOf } from "#af/sandbox/cluster/world";
import { atPath, mergeValues, valuesOf } from "#af/sandbox/controller/values";
import { object } from "./builders";

const leaf = fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer(), { maxLength: 3 }));
const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
  tree: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof({ depthSize: "small" }, leaf, tie("tree")), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
}));

describe("values of a release", () => {
  it("merge so that the second tree wins, and merging it again changes nothing", () => {
    fc.assert(
      fc.property(tree, tree, (base, over) => {
        const merged = mergeValues(base, over);
        assert.deepEqual(mergeValues(merged, over), merged);
        for (const [key, value] of Object.entries(over))
          if (typeof value !== "object" || Array.isArray(value)) assert.deepEqual(merged[key], value);
        for (const key of Object.keys(base)) assert.ok(key in merged);
      }),
    );
  });

  it("lose a key that is set to null, as in Helm", () => {
    assert.deepEqual(mergeValues({ a: 1, b: { c: 2 } }, { a: null }), { b: { c: 2 } });
  });

  it("go to a path with escaped dots", () => {
    assert.deepEqual(atPath("hub.annotations.example\\.org/x", "1"), { hub: { annotations: { "example.org/x": "1" } } });
  });

  it("come from ConfigMaps and single keys too", () => {
    const release = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "r", {
      spec: {
        valuesFrom: [
          { kind: "ConfigMap", name: "c", valuesKey: "all" },
          { kind: "Secret", name: "s", valuesKey: "token", targetPath: "hub.token" },
        ],
      },
    });
    const map = object("v1", "ConfigMap", "c", { data: { all: "hub: { port: 80 }" } });
    const secret = object("v1", "Secret", "s", { data: { token: Buffer.from("abc").toString("base64") } });
    assert.deepEqual(valuesOf(worldOf([map, secret]), release), { values: { hub: { port: 80, token: "abc" } } });
  });
});
