import assert from "node:assert/strict";
import { EVENT_LABEL } from "#af/components/hub/placeholders";
import type { OnDemandPods } from "#af/policies/capacity/on-demand";
import { everythingPlaced } from "#af/policies/capacity/packing-results";
import { onDemandCapacity, serverCapacities } from "#af/policies/capacity/server-capacity";
import { host, pod } from "../../capacity/packing/support";
import { HUB_STACK, USER_VALUES } from "../facility-objects";
import { changed, workload, type Data } from "../manifests";
import { facility, facilityOf, filling } from "./results";

describe("how many servers fit at once", () => {
  const PROFILES = [...USER_VALUES, "profileList"] as const;
  const capacities = (...objects: readonly Data[]) =>
    serverCapacities(facilityOf(...objects)).map(({ asked: { pod }, packed, totals }) => [pod.name, pod.count, packed, totals]);

  it("is what is left beside everything else, and what the totals of the hosts for users say", () => {
    // The hosts for users have 208 CPU; a small server asks for 1, a large one for 4, and 52 and 8 of these are expected.
    assert.deepEqual(capacities(...HUB_STACK), [
      ["small", 52, 208 - 8 * 4, 208],
      ["large", 8, (208 - 52) / 4, 52],
    ]);
    assert.deepEqual(capacities(...HUB_STACK, filling("x", 4)), [
      ["small", 52, 208 - 8 * 4 - 80, 208],
      ["large", 8, (208 - 52 - 80) / 4, 52],
    ]);
    assert.deepEqual(
      capacities(...HUB_STACK, workload("DaemonSet")).map(([name]) => name),
      ["small", "large"],
    );
  });

  it("does not divide by what a server does not ask for", () => {
    const free = HUB_STACK.map((object, index) =>
      index === 3 ? changed(object, [...PROFILES, 0, "kubespawner_override", "cpu_guarantee"], 0) : object,
    );
    assert.deepEqual(capacities(...free)[1], ["large", 8, 52, 52]);
  });

  it("is told of profiles alone, not of what keeps places for an event", () => {
    const event = changed(workload("Deployment"), ["metadata", "labels"], { [EVENT_LABEL]: "school" });
    assert.equal(facilityOf(...HUB_STACK, event).onDemand.length, 3);
    assert.deepEqual(
      capacities(...HUB_STACK, event).map(([name]) => name),
      ["small", "large"],
    );
  });

  it("is none where something else has no place, however many are expected", () => {
    // The fifth has none on the four largest hosts.
    assert.deepEqual(
      capacities(...HUB_STACK, filling("x", 5)).map(([name, , packed]) => [name, packed]),
      [
        ["small", 0],
        ["large", 0],
      ],
    );
  });

  it("is no less than what is proven to have a place, though only a search finds it", () => {
    const hosts = [9n, 10n, 9n].map((cpu, index) => host(`h${index}`, { allocatable: { cpu, pods: 9n } }));
    const asked = pod("a", { requests: { cpu: 3n }, count: 3 });
    const others = [pod("b", { requests: { cpu: 5n }, count: 3 }), pod("c", { requests: { cpu: 4n } })];
    // All together fill the hosts, and no simple order places them.
    const made = facility(hosts, [asked, ...others]);
    assert.equal(everythingPlaced(made).verdict, "at risk");
    const { packed, totals } = onDemandCapacity(made, { pod: asked } as unknown as OnDemandPods);
    assert.deepEqual([packed, totals], [3, 9]);
  });
});
