import assert from "node:assert/strict";
import { firstOfEqualHosts, holdings, hostEquivalence } from "#af/capacity/packing/alike";
import type { PackHost, PackPod, SpreadConstraint } from "#af/capacity/packing/model";
import { Occupancy } from "#af/capacity/packing/occupancy";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, G, host, HOSTNAME, pod } from "./support";

const spread: SpreadConstraint = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: app("hub") };
const apart = (topologyKey: string) => ({ antiAffinity: [{ labelSelector: app("hub"), topologyKey }] });
const near = (topologyKey: string) => ({ affinity: [{ labelSelector: app("hub"), topologyKey }] });
const taint = { key: "cache", effect: "NoSchedule" };
const zone = (name: string, changes: Partial<PackHost> = {}): Partial<PackHost> => ({ ...changes, labels: { zone: name } });

/** Whether two hosts, which differ as said, are alike to one pod that is to be placed. */
function areAlike(
  one: Partial<PackHost>,
  two: Partial<PackHost>,
  of: Partial<PackPod> = {},
  more: readonly PackHost[] = [],
  others: readonly PackPod[] = [],
): boolean {
  const [first, second] = hostEquivalence(packingProblemOf([host("a", one), host("b", two), ...more], [pod("hub", of), ...others]));
  return first === second;
}

describe("hosts that are alike", () => {
  it("have the same room", () => {
    assert.ok(areAlike({}, {}));
    assert.ok(!areAlike({}, { allocatable: { cpu: 3000n, memory: 16n * G, pods: 10n } }));
    // Nothing asks for a GPU.
    assert.ok(areAlike({}, { allocatable: { cpu: 4000n, memory: 16n * G, pods: 10n, "nvidia.com/gpu": 1n } }));
  });

  it("admit the same pods", () => {
    assert.ok(!areAlike({}, { taints: [taint] }));
    assert.ok(areAlike({}, { taints: [taint] }, { placement: { tolerations: [{ key: "cache", operator: "Exists" }] } }));
    assert.ok(!areAlike({ labels: { use: "hub" } }, {}, { placement: { nodeSelector: { use: "hub" } } }));
    assert.ok(areAlike({ labels: { use: "hub" } }, {}));
  });

  it("hold the same", () => {
    const [agent, other] = [pod("agent", { requests: {} }), pod("other", { requests: {} })];
    assert.ok(areAlike({ standing: [agent] }, { standing: [agent] }));
    assert.ok(!areAlike({ standing: [agent] }, { standing: [other] }));
    assert.ok(!areAlike({ standing: [agent, agent] }, { standing: [{ ...agent, count: 2 }] }));
  });

  it("are in the same domains of what pods ask about, or each alone in its own", () => {
    const third = host("c", zone("west"));
    for (const relation of [apart, near]) {
      assert.ok(areAlike(zone("east"), zone("east"), relation("zone"), [third]));
      assert.ok(areAlike(zone("east"), zone("south"), relation("zone"), [third]));
      assert.ok(!areAlike(zone("east"), zone("west"), relation("zone"), [third]));
      assert.ok(!areAlike(zone("east"), {}, relation("zone"), [third]));
      assert.ok(areAlike(zone("east"), zone("west"), relation(HOSTNAME), [third]));
    }
    assert.ok(!areAlike(zone("east"), zone("west"), { spread: [spread] }, [third]));
    assert.ok(areAlike(zone("east"), zone("west"), { spread: [{ ...spread, topologyKey: HOSTNAME }] }, [third]));
    assert.ok(areAlike(zone("east"), zone("west"), { spread: [{ ...spread, whenUnsatisfiable: "ScheduleAnyway" }] }, [third]));
    // What stands there asks about zones, but keeps no pod out.
    const asking = { standing: [pod("agent", { requests: {}, antiAffinity: [{ labelSelector: app("none"), topologyKey: "zone" }] })] };
    for (const of of [{}, apart(HOSTNAME)]) assert.ok(areAlike(zone("east", asking), zone("west", asking), of, [third]));
    // One of several pods that asks is enough.
    assert.ok(!areAlike(zone("east"), zone("west"), near("zone"), [third], [pod("idle", { requests: {} })]));
  });

  it("count for the same spreads", () => {
    const honouring = { spread: [{ ...spread, topologyKey: HOSTNAME, nodeTaintsPolicy: "Honor" as const }] };
    const tolerant = { placement: { nodeName: "elsewhere" } };
    assert.ok(!areAlike({}, { taints: [taint] }, { ...honouring, ...tolerant }));
    assert.ok(areAlike({ taints: [taint] }, { taints: [taint] }, { ...honouring, ...tolerant }));
  });

  it("are one to a search as long as they hold the same pods", () => {
    const problem = packingProblemOf([host("one"), host("two"), host("three")], [pod("hub", { count: 2 }), pod("proxy", { requests: {} })]);
    const [alike, occupancy] = [hostEquivalence(problem), new Occupancy(problem)];
    const first = () => firstOfEqualHosts(occupancy, [0, 1], alike, [0, 1, 2]);
    assert.deepEqual(first(), [0]);
    occupancy.place(0, 1);
    assert.deepEqual(first(), [0, 1]);
    occupancy.place(0, 0);
    assert.deepEqual(first(), [0, 2]);
    occupancy.place(1, 0);
    assert.deepEqual(first(), [0, 1, 2]);
    assert.deepEqual(firstOfEqualHosts(occupancy, [0], alike, [0, 1, 2]), [0, 2]);
    assert.equal(holdings(occupancy, [0, 1], alike, 0), "0:1,1");
  });
});
