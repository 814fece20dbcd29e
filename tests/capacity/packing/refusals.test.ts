import assert from "node:assert/strict";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { Occupancy } from "#af/capacity/packing/occupancy";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { REASON } from "#af/capacity/packing/reasons";
import { schedulerRefusals } from "#af/capacity/packing/refusals";
import { app, host, HOSTNAME, pod } from "./support";

/** What keeps a further pod of the first class from hosts. */
function refusals(hosts: readonly PackHost[], ...pods: readonly PackPod[]) {
  const occupancy = new Occupancy(packingProblemOf(hosts, pods));
  return schedulerRefusals(occupancy, 0).map(({ reason, hosts: names }) => [reason, ...names]);
}

const expression = (key: string, ...values: readonly string[]) => ({ matchExpressions: [{ key, operator: "In", values }] });

describe("why hosts refuse a pod", () => {
  it("is told by reason, in the order of the texts, and hosts that take it are left out", () => {
    const [none, small] = [
      { cpu: 0n, memory: 0n, pods: 0n },
      { cpu: 500n, memory: 1n, pods: 9n },
    ];
    const hosts = [
      host("a", { taints: [{ key: "cache", effect: "NoSchedule" }] }),
      host("b", { allocatable: none }),
      host("c", { allocatable: small }),
      host("d"),
      host("e", { allocatable: small }),
    ];
    assert.deepEqual(refusals(hosts, pod("hub")), [
      ["Insufficient cpu", "b", "c", "e"],
      ["Insufficient memory", "b", "c", "e"],
      ["Too many pods", "b"],
      [REASON.taints, "a"],
    ]);
  });

  it("is the first that the scheduler finds on each host", () => {
    const port = { hostPorts: [{ port: 80 }] };
    const zoned = { labels: { zone: "east" } };
    const near = (name: string) => [{ labelSelector: app(name), topologyKey: HOSTNAME }];
    const spread = [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("hub") }];
    const tainted = { taints: [{ key: "cache", effect: "NoSchedule" }] };
    /** Each is refused for the reason beside it, and for all below it that it does not spoil. */
    const cases: readonly (readonly [reason: string, one: Partial<PackHost>, asked: Partial<PackPod>])[] = [
      [
        REASON.passedOver,
        tainted,
        { placement: { requiredTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["two"] }] }] } },
      ],
      [REASON.name, tainted, { placement: { nodeName: "two", nodeSelector: { use: "hub" } } }],
      [REASON.taints, tainted, { placement: { nodeSelector: { use: "hub" } } }],
      [REASON.selector, { standing: [pod("agent", port)] }, { ...port, placement: { nodeSelector: { use: "hub" } } }],
      [REASON.ports, { standing: [pod("agent", port)] }, { ...port, requests: { cpu: 9000n } }],
      ["Insufficient cpu", {}, { requests: { cpu: 9000n }, volumes: [[expression("use", "hub")]] }],
      [REASON.volumes, {}, { volumes: [[expression("use", "hub")]], spread }],
      [REASON.spreadLabel, {}, { spread, affinity: near("nobody") }],
      [REASON.spread, { ...zoned, standing: [pod("agent", { labels: { app: "hub" } })] }, { spread, affinity: near("nobody") }],
      [REASON.affinity, { standing: [pod("agent")] }, { affinity: near("nobody"), antiAffinity: near("agent") }],
      [REASON.antiAffinity, { standing: [pod("agent", { antiAffinity: near("hub") })] }, { antiAffinity: near("agent") }],
      [REASON.standingAntiAffinity, { standing: [pod("agent", { antiAffinity: near("hub") })] }, {}],
    ];
    for (const [reason, one, asked] of cases) {
      const hosts = [host("one", one), host("two", { labels: { zone: "west" } })];
      const onOne = refusals(hosts, pod("hub", asked)).filter(([, ...names]) => names.includes("one"));
      assert.deepEqual(
        onOne.map(([text]) => text),
        [reason],
      );
    }
  });

  it("is not the name of the host that a pod names", () => {
    assert.deepEqual(refusals([host("one"), host("two")], pod("hub", { placement: { nodeName: "two" } })), [[REASON.name, "one"]]);
  });

  it("is nothing for a class that there is not", () => {
    const occupancy = new Occupancy(packingProblemOf([host("one")], [pod("hub")]));
    assert.deepEqual(schedulerRefusals(occupancy, 7), []);
  });
});
