import assert from "node:assert/strict";
import { isPerHost, topologiesOf } from "#af/capacity/packing/topologies";
import { app, host, HOSTNAME, pod } from "./support";

describe("topologies", () => {
  const zones = ["east", undefined, "west", "east"];
  const hosts = zones.map((zone, index) => host(`h${index}`, { labels: { ...(zone && { zone }), [""]: "one label" } }));
  const term = (topologyKey: string) => ({ labelSelector: app("hub"), topologyKey });
  const spread = { maxSkew: 1, topologyKey: "rack", whenUnsatisfiable: "DoNotSchedule" as const };

  it("are that of the single hosts, then those that pods name, each once", () => {
    const pods = [
      pod("a", { affinity: [term("zone")], spread: [spread] }),
      pod("b", { antiAffinity: [term(HOSTNAME), term("zone")] }),
      pod("c"),
    ];
    assert.deepEqual(
      topologiesOf(hosts, pods).map(({ key }) => key),
      ["", HOSTNAME, "rack", "zone"],
    );
  });

  it("divide hosts into domains; a host without the label is in none", () => {
    const [single, zone] = topologiesOf(hosts, [pod("a", { affinity: [term("zone")] })]);
    assert.deepEqual(single, { key: "", domainOf: [0, 1, 2, 3], members: [[0], [1], [2], [3]] });
    assert.deepEqual(zone, { key: "zone", domainOf: [0, -1, 1, 0], members: [[0, 3], [2]] });
    assert.deepEqual(
      [single, zone].map((each) => each && isPerHost(each)),
      [true, false],
    );
  });
});
