import assert from "node:assert/strict";
import { withCondition } from "#af/sandbox/cluster/world";
import { addFinalizer, removeFinalizer, statusAction } from "#af/sandbox/controller/reconciler";
import { object } from "./builders";

const ready = (each: ReturnType<typeof object>): Readonly<Record<string, unknown>> => ({
  phase: "Ready",
  observedGeneration: 1,
  conditions: withCondition(each, "Ready", "True", "R", "m"),
});

describe("a change that a rule wants", () => {
  it("is none once the status says so, whenever that was", () => {
    const fresh = object("example.org/v1", "Widget", "w");
    assert.equal(statusAction(fresh, ready(fresh)).length, 1);
    const old = JSON.parse(
      JSON.stringify({ ...fresh, status: ready(fresh) }).replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "2020-01-01T00:00:00Z"),
    ) as typeof fresh;
    assert.deepEqual(statusAction(old, ready(old)), []);
    assert.equal(statusAction(old, { ...ready(old), phase: "Progressing" }).length, 1);
  });

  it("is wanted as long as a field of it is not there", () => {
    const poor = object("example.org/v1", "Widget", "w", { status: { phase: "Ready" } });
    assert.equal(statusAction(poor, ready(poor)).length, 1);
  });

  it("takes null for a field that is not to be there", () => {
    const each = object("example.org/v1", "Widget", "w", { status: { phase: "Ready" } });
    assert.deepEqual(statusAction(each, { failure: null }), []);
    assert.equal(statusAction(each, { phase: null }).length, 1);
  });

  it("adds and removes one finalizer and leaves the others", () => {
    const each = object("example.org/v1", "Widget", "w", { metadata: { finalizers: ["a"] } });
    assert.deepEqual(addFinalizer(each, "a"), []);
    assert.deepEqual(
      addFinalizer(each, "b").map((change) => change.kind === "finalizers" && change.finalizers),
      [["a", "b"]],
    );
    assert.deepEqual(
      removeFinalizer(each, "a").map((change) => change.kind === "finalizers" && change.finalizers),
      [[]],
    );
    assert.deepEqual(removeFinalizer(each, "b"), []);
  });
});
