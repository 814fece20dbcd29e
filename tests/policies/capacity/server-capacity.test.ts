import assert from "node:assert/strict";
import { serverCapacities } from "#af/policies/capacity/server-capacity";
import { HUB_STACK, USER_VALUES } from "../facility-objects";
import { changed, workload, type Data } from "../manifests";
import { facilityOf, filling } from "./results";

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
});
