import assert from "node:assert/strict";
import { marksOf } from "#af/capacity/packing/marks";
import type { PackPod, SpreadConstraint } from "#af/capacity/packing/model";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, host, HOSTNAME, pod } from "./support";

const hosts = [
  host("h0", { labels: { zone: "east", rack: "1" } }),
  host("h1", { labels: { zone: "west", rack: "2" } }),
  host("h2", { labels: { rack: "3" } }),
];
const term = (name: string, topologyKey: string) => ({ labelSelector: app(name), topologyKey });

/** What a pod of each kind changes, with the labels that make its topologies. */
function told(pods: readonly PackPod[], standing: readonly PackPod[] = []) {
  const problem = packingProblemOf([...hosts, host("h3", { standing })], pods);
  return marksOf(problem).map(({ topologies, spreads }, kind) => [
    problem.kinds[kind]?.name,
    topologies.map((topology) => problem.topologies[topology]?.key).sort(),
    spreads.map(({ podClass, index, countedIn }) => [podClass, index, countedIn]),
  ]);
}

describe("what a pod changes where it is placed", () => {
  it("is nothing but the room where nobody asks for it", () => {
    assert.deepEqual(told([pod("a"), pod("b", { requests: {} })]), [
      ["a", [], []],
      ["b", [], []],
    ]);
  });

  it("is each topology in which something keeps away from it or wants to be near it, once, but not the single hosts that ports ask for", () => {
    const pods = [
      pod("a", { antiAffinity: [term("b", "zone"), term("c", HOSTNAME)], hostPorts: [{ port: 80 }] }),
      pod("b", { hostPorts: [{ port: 80 }] }),
      pod("c", { affinity: [term("b", "zone"), term("b", "rack")] }),
      pod("d", { antiAffinity: [term("agent", "rack")] }),
    ];
    assert.deepEqual(told(pods, [pod("agent")]), [
      ["a", [HOSTNAME, "zone"], []],
      ["b", ["rack", "zone"], []],
      ["c", [HOSTNAME], []],
      // The agent stands already, and asks nothing of those that come.
      ["d", [], []],
      ["agent", ["rack"], []],
    ]);
  });

  it("is the count of each constraint on spreading that selects it, on the hosts that the constraint counts", () => {
    const spread = (name: string, more: Partial<SpreadConstraint> = {}): SpreadConstraint => ({
      maxSkew: 1,
      topologyKey: "zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: app(name),
      ...more,
    });
    const pods = [
      pod("a"),
      pod("b"),
      pod("c", { spread: [spread("a", { whenUnsatisfiable: "ScheduleAnyway" }), spread("b"), spread("a")] }),
    ];
    const countedIn = [0, 1, -1, -1];
    assert.deepEqual(told(pods), [
      ["a", [], [[2, 1, countedIn]]],
      ["b", [], [[2, 0, countedIn]]],
      ["c", [], []],
    ]);
  });
});
