import assert from "node:assert/strict";
import { byCodeUnits, eventMessage, insufficient } from "#af/capacity/packing/reasons";

describe("the scheduler's words", () => {
  it("name a resource that is short", () => {
    assert.deepEqual(["pods", "cpu", "nvidia.com/gpu"].map(insufficient), [
      "Too many pods",
      "Insufficient cpu",
      "Insufficient nvidia.com/gpu",
    ]);
  });

  it("count the hosts that refuse for each reason, in the order of the texts", () => {
    const refusals = [
      { reason: "Insufficient memory", hosts: ["one"] },
      { reason: "Insufficient cpu", hosts: ["one", "two"] },
      { reason: "Insufficient cpu of another kind", hosts: ["three"] },
    ];
    assert.equal(
      eventMessage(refusals, 3),
      "0/3 nodes are available: 1 Insufficient cpu of another kind, 1 Insufficient memory, 2 Insufficient cpu.",
    );
    assert.equal(eventMessage([], 0), "0/0 nodes are available:");
  });

  it("are sorted alike whatever the locale", () => {
    assert.deepEqual(["b", "a", "B", "ä", "a"].sort(byCodeUnits), ["B", "a", "a", "b", "ä"]);
    assert.deepEqual([byCodeUnits("a", "b"), byCodeUnits("b", "a"), byCodeUnits("a", "a")], [-1, 1, 0]);
  });
});
