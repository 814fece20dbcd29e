import assert from "node:assert/strict";
import { mostThatFit } from "#af/capacity/packing/questions/most";
import { G, host, pod } from "../support";

describe("the most pods that fit", () => {
  const hosts = [host("one", { labels: { use: "users" } }), host("two")];

  it("divides only what the pod asks for, on hosts that may run it", () => {
    const asking = (cpu: bigint, changes: object = {}) =>
      mostThatFit(hosts, [], pod("users", { requests: { cpu, memory: 0n }, ...changes }));
    assert.deepEqual(asking(1000n), { proven: 8, packed: 8, totals: 8, need: 1, margin: 7 });
    assert.deepEqual(asking(0n), { proven: 20, packed: 20, totals: 20, need: 1, margin: 19 });
    assert.deepEqual(asking(1000n, { placement: { nodeSelector: { use: "users" } } }), {
      proven: 4,
      packed: 4,
      totals: 4,
      need: 1,
      margin: 3,
    });
    assert.equal(asking(5000n, { count: 2 }).margin, -2);
  });

  it("counts a placement that was neither found nor excluded as none, and one of some of the pods neither", () => {
    // No host holds two of 36 and another, so nine of 36 and nine of 30 do not fit, though they ask for 594 of 600.
    const six = Array.from({ length: 6 }, (_, index) => host(`h${index}`, { allocatable: { cpu: 100n, pods: 99n } }));
    const larger = pod("larger", { requests: { cpu: 36n }, count: 9 });
    const smaller = pod("smaller", { requests: { cpu: 30n } });
    assert.ok(mostThatFit(six, [larger], smaller, { effort: 10 }).packed < 9);
    const beside = pod("beside", { namespace: "other", requests: { memory: G } });
    assert.deepEqual(mostThatFit(hosts, [pod("hub", { requests: { cpu: 5000n } }), beside], pod("users")).packed, 0);
  });
});
