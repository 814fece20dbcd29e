import assert from "node:assert/strict";
import { drainEach, mustStay, type DisruptionBudget, type Obstacle } from "#af/capacity/packing/questions/drains";
import type { PackPod } from "#af/capacity/packing/model";
import { app, host, HOSTNAME, pod } from "../support";

const told = (obstacle: Obstacle) =>
  obstacle.kind === "several budgets"
    ? `${obstacle.pod.name}: ${obstacle.budgets.map(({ name }) => name).join(" and ")}`
    : `${obstacle.budget.name}: ${obstacle.need} of ${obstacle.have}`;

/** By drained host, with the hosts that are like it: what is in the way. */
function obstacles(pods: readonly PackPod[], budgets: readonly DisruptionBudget[]): readonly (readonly string[])[] {
  return drainEach([host("one"), host("two")], pods, budgets).map(({ loss, obstacles: found }) => [...loss.hosts, ...found.map(told)]);
}

const budget = (name: string, changes: Partial<DisruptionBudget> = {}): DisruptionBudget => ({
  namespace: "af",
  name,
  selector: app(name),
  ...changes,
});
const onOne = { placement: { nodeSelector: { [HOSTNAME]: "one" } } };

describe("a drain", () => {
  it("asks the budgets of those pods that may stand on the drained host, and no others", () => {
    assert.deepEqual(obstacles([pod("hub", onOne)], [budget("hub")]), [["one", "hub: 1 of 1"], ["two"]]);
    assert.deepEqual(obstacles([pod("hub", onOne)], [budget("hub"), budget("all", { selector: {}, maxUnavailable: 1 })]), [
      ["one", "hub: 1 of 1", "hub: hub and all"],
      ["two"],
    ]);
  });

  it("asks nothing about a workload without pods", () => {
    assert.deepEqual(obstacles([pod("hub", { count: 0 })], [budget("hub"), budget("all", { selector: {} })]), [["one"]]);
  });

  it("knows that a budget without a selector covers none, one with an empty selector the whole namespace, and none another namespace", () => {
    const pods = [pod("hub"), pod("proxy", { count: 2 })];
    const { selector: _, ...unselective } = budget("none");
    assert.deepEqual(obstacles(pods, [unselective]), [["one"]]);
    assert.deepEqual(obstacles(pods, [budget("all", { selector: {} })]), [["one", "all: 3 of 3"]]);
    assert.deepEqual(obstacles(pods, [budget("all", { selector: {}, namespace: "elsewhere" })]), [["one"]]);
  });

  it("reads the expressions of a selector beside its labels", () => {
    const pods = [pod("hub", { labels: { app: "hub", tier: "core" } }), pod("other", { labels: { app: "hub", tier: "users" }, count: 5 })];
    const selector = { ...app("hub"), matchExpressions: [{ key: "tier", operator: "In", values: ["core"] }] };
    assert.deepEqual(obstacles(pods, [budget("core", { selector })]), [["one", "core: 1 of 1"]]);
  });

  it("counts workloads with the same labels together, in whatever order they are written", () => {
    const pods = [pod("a", { labels: { app: "hub", tier: "core" } }), pod("b", { labels: { tier: "core", app: "hub" }, count: 2 })];
    assert.deepEqual(obstacles(pods, [budget("hub", { minAvailable: 2 })]), [["one"]]);
    assert.deepEqual(obstacles(pods, [budget("hub", { minAvailable: 3 })]), [["one", "hub: 3 of 3"]]);
  });

  it("lets a budget ask for a number or a percentage, and for nothing that only contains one", () => {
    const need = (share: number | string) => mustStay(budget("hub", { minAvailable: share }), 10);
    assert.deepEqual([need(3), need("3"), need("30%")], [3, 3, 3]);
    for (const share of ["about 30%", "30% or so", "1.5"])
      assert.throws(() => need(share), new RangeError(`"${share}" is neither a whole number nor a percentage; write 1 or 50%`));
  });
});
