import assert from "node:assert/strict";
import { canMakeRoom, isAtRest, victimsOn } from "#af/capacity/packing/evictions";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { Occupancy } from "#af/capacity/packing/occupancy";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, host, HOSTNAME, pod } from "./support";

const cpu = (amount: bigint, count = 1): Partial<PackPod> => ({ requests: { cpu: amount }, count });

/** Hosts with pods on them, as `class on host`; classes are numbered by name. */
function standing(hosts: readonly PackHost[], pods: readonly PackPod[], ...steps: readonly (readonly [number, number])[]): Occupancy {
  const occupancy = new Occupancy(packingProblemOf(hosts, pods));
  for (const [podClass, at] of steps) occupancy.place(podClass, at);
  return occupancy;
}

describe("evictions", () => {
  const urgent = pod("a", { ...cpu(2000n), priority: 1000 });
  const [batch, least] = [pod("b", cpu(1500n, 2)), pod("c", { ...cpu(500n, 2), priority: -1 })];

  it("take every set of lesser pods on the host that leaves room", () => {
    const full = standing([host("one")], [urgent, batch, least], [1, 0], [1, 0], [2, 0], [2, 0]);
    const before = JSON.stringify([full.free, full.left]);
    // 2 CPU are needed: one of b and one of c, or more.
    assert.deepEqual(victimsOn(full, 0, 0), [
      [1, 2],
      [1, 2, 2],
      [1, 1],
      [1, 1, 2],
      [1, 1, 2, 2],
    ]);
    assert.deepEqual(victimsOn(full, 1, 0), []);
    assert.deepEqual(victimsOn(full, 2, 0), []);
    assert.ok(canMakeRoom(full, 0) && !canMakeRoom(full, 1));
    assert.equal(JSON.stringify([full.free, full.left]), before);
  });

  it("evict someone, even where a pod has room without", () => {
    assert.deepEqual(victimsOn(standing([host("one")], [urgent, batch], [1, 0]), 0, 0), [[1]]);
  });

  it("ask first whether the host takes the pod without any of them, as the scheduler does", () => {
    const near = { ...urgent, affinity: [{ labelSelector: app("b"), topologyKey: HOSTNAME }] };
    // Without one of the two it would fit, and be near the other.
    assert.deepEqual(victimsOn(standing([host("one")], [near, pod("b", cpu(2000n, 2))], [1, 0], [1, 0]), 0, 0), []);
  });

  it("evict nobody where nobody is in the way, or those that are not lesser are", () => {
    assert.deepEqual(victimsOn(standing([host("one")], [urgent]), 0, 0), []);
    assert.ok(!canMakeRoom(standing([host("one")], [urgent]), 0));
    const peers = standing([host("one")], [urgent, pod("b", { ...cpu(3000n), priority: 1000 }), least], [1, 0], [2, 0], [2, 0]);
    assert.ok(!canMakeRoom(peers, 0));
    assert.deepEqual(victimsOn(peers, 0, 0), []);
    const never = standing([host("one")], [{ ...urgent, preemptionPolicy: "Never" }, pod("b", cpu(4000n))], [1, 0]);
    assert.ok(!canMakeRoom(never, 0));
  });

  it("are looked for on every host, one host at a time", () => {
    const hosts = [host("one", { allocatable: { cpu: 1000n, pods: 9n } }), host("two")];
    const occupancy = standing(hosts, [urgent, pod("b", cpu(1000n, 5))], [1, 0], [1, 1], [1, 1], [1, 1]);
    assert.ok(canMakeRoom(occupancy, 0));
    assert.deepEqual(victimsOn(occupancy, 0, 0), []);
    assert.deepEqual(victimsOn(occupancy, 0, 1), [[1], [1, 1], [1, 1, 1]]);
    const zone = { labels: { zone: "east" } };
    const apart = { ...urgent, ...cpu(1n), antiAffinity: [{ labelSelector: app("b"), topologyKey: "zone" }] };
    const elsewhere = standing([host("one", zone), host("two", zone)], [apart, pod("b", cpu(1000n, 2))], [1, 0], [1, 1]);
    assert.ok(!canMakeRoom(elsewhere, 0));
    assert.ok(canMakeRoom(standing([host("one", zone), host("two", zone)], [apart, pod("b", cpu(1000n, 2))], [1, 0]), 0));
  });

  it("do not help a pod that has to be near those that it would evict", () => {
    const near = { ...urgent, affinity: [{ labelSelector: app("b"), topologyKey: HOSTNAME }] };
    assert.ok(!canMakeRoom(standing([host("one")], [near, pod("b", cpu(4000n))], [1, 0]), 0));
  });

  it("are over once no pod that is left can make room", () => {
    const pods = [urgent, pod("b", cpu(3000n, 2))];
    assert.ok(!isAtRest(standing([host("one")], pods, [1, 0]), [0, 1]));
    assert.ok(isAtRest(standing([host("one")], pods, [1, 0]), [1]));
    assert.ok(isAtRest(standing([host("one"), host("two")], pods, [0, 0], [1, 1]), [0, 1]));
    assert.ok(isAtRest(standing([host("one")], pods), []));
  });
});
