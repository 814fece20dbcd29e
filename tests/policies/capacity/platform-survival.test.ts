import assert from "node:assert/strict";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { withoutEachHost } from "#af/capacity/packing/questions/losses";
import type { SiteRule } from "#af/policies/model/rules";
import { EFFORT } from "#af/policies/capacity/packing-results";
import { compareAfterWorstLoss } from "#af/policies/capacity/platform-survival";
import { platformSurvivesAHost } from "#af/policies/quotas/platform-survives-a-host";
import { comparedBy, saidBy } from "../expect";
import { host, pod } from "../../capacity/packing/support";
import { facility } from "./results";

const cpu = (amount: bigint, count = 1): Partial<PackPod> => ({ requests: { cpu: amount }, count });

/** What is compared and said of the loss of each of these hosts, for a platform of the pods that are named. */
function afterLosses(hosts: readonly PackHost[], pods: readonly PackPod[], platform: readonly string[]) {
  const made = facility(hosts, pods, Object.fromEntries(platform.map((name) => [name, 0])));
  const losses = withoutEachHost(hosts, pods, EFFORT).each;
  const rule: SiteRule = {
    ...platformSurvivesAHost,
    check: (_objects, _site, on) => compareAfterWorstLoss(made, losses, ({ hosts: lost }) => lost.join(" and "), on),
  };
  return [comparedBy(rule, []), saidBy(rule, [])] as const;
}

describe("the platform after the worst loss", () => {
  const [small, large] = [host("a-small"), host("b-large", { allocatable: { cpu: 8000n, pods: 10n } })];

  it("is compared for the loss that leaves the most of its pods without a place, and those are named that wait", () => {
    const pods = [pod("a", cpu(2000n, 2)), pod("b", { ...cpu(3000n, 2), priority: 1 })];
    const [compared, said] = afterLosses([small, large], pods, ["a", "b"]);
    assert.deepEqual(compared, ["the platform without b-large places for its pods: 4 of 1 count"]);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^without b-large no placement holds 2 of 2 af\/a \(.*\); 1 of 2 af\/b \(/);
  });

  it("has a place for all where every loss leaves one", () => {
    assert.deepEqual(afterLosses([small, large], [pod("a", cpu(2000n, 2))], ["a"]), [
      ["the platform without a-small places for its pods: 2 of 2 count"],
      [],
    ]);
  });

  it("is nothing to compare without a loss, or without a platform", () => {
    assert.deepEqual(afterLosses([], [pod("a", cpu(2000n, 0))], ["a"]), [[], []]);
    assert.deepEqual(afterLosses([small, large], [pod("users", cpu(3000n, 9))], []), [[], []]);
  });

  it("is not settled where the search ends early, which is said of the first such loss", () => {
    const seven = Array.from({ length: 7 }, (_, index) => host(`h${index}`, { allocatable: { cpu: 100n, pods: 99n } }));
    const [compared, said] = afterLosses(seven, [pod("larger", cpu(36n, 9)), pod("smaller", cpu(30n, 9))], ["larger", "smaller"]);
    assert.equal(compared.length, 1);
    assert.deepEqual(said, ["not settled: without h0 the search ended before it found or excluded a place for af/larger, af/smaller"]);
  });
});
