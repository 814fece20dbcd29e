import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJsonPath } from "#af/sandbox/plugins/kubernetes/json-path";
import { waitForOf, type Progress } from "#af/sandbox/plugins/kubernetes/wait-for";
import type { JsonObject } from "#af/sandbox/plugins/properties";

const progress = (waitFor: string, live: JsonObject): Progress | undefined =>
  waitForOf({ metadata: { annotations: { "pulumi.com/waitFor": waitFor } } })?.(live);
const reasons = (waitFor: string, live: JsonObject): readonly string[] => {
  const found = progress(waitFor, live);
  return found?.kind === "waiting" ? found.for : [];
};
const isReady = (waitFor: string, live: JsonObject): boolean => progress(waitFor, live)?.kind === "ready";
const withCondition = (condition: JsonObject, generation = 1): JsonObject => ({
  metadata: { generation },
  status: { conditions: [condition] },
});

describe("pulumi.com/waitFor", () => {
  it("is nothing without the annotation", () => assert.equal(waitForOf({ metadata: {} }), undefined));

  it("waits for a condition, True unless another status is named", () => {
    const live = withCondition({ type: "Ready", status: "True" });
    assert.ok(isReady("condition=Ready", live) && isReady("condition=Ready=True", live) && !isReady("condition=Ready=False", live));
    assert.deepEqual(
      reasons("condition=Ready", withCondition({ type: "Ready", status: "False", reason: "Installing", message: "3 of 5" })),
      ["condition Ready=True (is False, Installing: 3 of 5)"],
    );
    assert.deepEqual(reasons("condition=Ready", {}), ["condition Ready=True (not reported yet)"]);
  });

  it("does not believe a status of an earlier generation", () => {
    assert.deepEqual(reasons("condition=Ready", withCondition({ type: "Ready", status: "True", observedGeneration: 1 }, 2)), [
      "condition Ready=True of generation 2",
    ]);
    const stale = { metadata: { generation: 3 }, status: { observedGeneration: 2, phase: "Ready" } };
    assert.deepEqual(reasons("jsonpath={.status.phase}=Ready", stale), ["its controller to see generation 3 (has seen 2)"]);
  });

  it("waits for a value at a path, or for the path alone", () => {
    const live = { status: { phase: "Ready", count: 3, list: [{ type: "a", ok: true }] } };
    for (const path of [
      "{.status.phase}=Ready",
      "{ .status.count }=3",
      "{.status.list}",
      '{.status.list[?(@.type=="a")].ok}=true',
      "{.status['phase']}",
    ]) {
      assert.ok(isReady(`jsonpath=${path}`, live), path);
    }
    assert.deepEqual(reasons("jsonpath={.status.phase}=Done", live), ["{.status.phase}=Done (is Ready)"]);
    assert.deepEqual(reasons("jsonpath={.status.other}", live), ["{.status.other} (not there yet)"]);
  });

  it("waits for every expression of a list", () => {
    const live = withCondition({ type: "Ready", status: "True" });
    assert.ok(isReady('["condition=Ready"]', live));
    assert.deepEqual(reasons('["condition=Ready", "jsonpath={.status.phase}=Ready"]', live), ["{.status.phase}=Ready (not there yet)"]);
  });

  it("refuses what it cannot read, with the expression and the remedy", () => {
    const refusals: readonly (readonly [string, RegExp])[] = [
      ["Ready", /must begin with "condition=" or "jsonpath="/],
      ["condition=", /names no condition/],
      ["jsonpath=.status.phase=Ready", /must stand in braces: jsonpath=\{\.status\.phase\}=Running/],
      ["jsonpath={.status.phase}=", /a value must follow the =/],
      ["jsonpath={.status..phase}", /cannot read "\.status\.\.phase" at "\.\.phase"; allowed are/],
      ["[]", /a list must hold at least one expression/],
      ["[1]", /all of them strings/],
    ];
    for (const [expression, reason] of refusals) {
      assert.throws(() => progress(expression, {}), { name: "PluginFailure", message: reason }, expression);
    }
    assert.throws(() => progress("jsonpath={.status}=x", { status: {} }), /leads to a list or map/);
  });
});

describe("JSON path", () => {
  it("finds what it is the path of, at any depth", () => {
    const part = fc.oneof(
      fc.nat({ max: 3 }),
      fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== "__proto__"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.string(), (path, leaf) => {
        const value = path.reduceRight<unknown>((inner, key) => {
          if (typeof key === "string") return { [key]: inner, other: 1, ...{ [key]: inner } };
          return [...Array<number>(key).fill(0), inner, 0];
        }, leaf);
        const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `['${key.replace(/[\\']/g, "\\$&")}']`)).join("");
        assert.deepEqual(parseJsonPath(text)(value as never), [leaf]);
      }),
    );
  });

  it("counts from the end, goes through everything, and compares in filters", () => {
    const value: JsonObject = {
      items: [{ name: "a", n: 1 }, { name: "b", n: 2 }, { n: 2 }],
    };
    assert.deepEqual(parseJsonPath("$.items[-1].n")(value), [2]);
    assert.deepEqual(parseJsonPath("$.items[*].name")(value), ["a", "b"]);
    assert.deepEqual(parseJsonPath("$.items[?(@.n==2)].name")(value), ["b"]);
    assert.deepEqual(parseJsonPath("$.items[?@.name != 'a'].n")(value), [2, 2]);
    assert.deepEqual(parseJsonPath("$.items[?(@.name)].n")(value), [1, 2]);
    assert.deepEqual(parseJsonPath("$.nothing[0].here")(value), []);
  });
});
