import assert from "node:assert/strict";
import fc from "fast-check";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { prove, type Proof } from "#af/capacity/packing/prove";
import { instances } from "./instances";

const SIZE = { hosts: 5, pods: 5 };
const seeded = { seed: 20_201_130, numRuns: 600 };

/** Whether all pods can be placed, or undefined if that was not settled. */
function packs({ pods }: Proof): boolean | undefined {
  if (pods.some(({ grounds: { kind } }) => kind === "excluded")) return false;
  return pods.some(({ grounds: { kind } }) => kind === "neither found nor excluded") ? undefined : true;
}

const text = (hosts: readonly PackHost[], pods: readonly PackPod[]) =>
  JSON.stringify(prove(hosts, pods), (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));

describe("laws of packing", function () {
  this.timeout(60_000);

  it("never loses a packing by a further host", () => {
    const all = fc.tuple(instances("plain", SIZE), instances("plain", { hosts: 1, pods: 1 }));
    const property = fc.property(all, ([{ hosts, pods }, { hosts: more }]) => {
      const before = packs(prove(hosts, pods));
      if (before) assert.notEqual(packs(prove([...hosts, ...more.map((host) => ({ ...host, name: "more" }))], pods)), false);
    });
    fc.assert(property, seeded);
  });

  it("never loses a packing, nor a proof, by a pod fewer", () => {
    const property = fc.property(instances("plain", SIZE), fc.nat(), ({ hosts, pods }, index) => {
      const [before, fewer] = [
        prove(hosts, pods),
        pods.map((pod, at) => (at === index % pods.length ? { ...pod, count: pod.count - 1 } : pod)),
      ];
      const after = prove(hosts, fewer);
      if (packs(before)) assert.notEqual(packs(after), false);
      if (before.verdict === "fits") assert.equal(after.verdict, "fits");
    });
    fc.assert(property, seeded);
  });

  for (const kind of ["plain", "related", "contended"] as const)
    it(`says of two ${kind} workloads what it says of one with the pods of both`, () => {
      const property = fc.property(instances(kind, SIZE), fc.nat(), ({ hosts, pods }, choice) => {
        const whole = pods[choice % pods.length];
        fc.pre(whole !== undefined && whole.count > 1);
        const split = [
          { ...whole, count: 1 },
          { ...whole, name: `${whole.name}~`, count: whole.count - 1 },
        ];
        const [one, two] = [prove(hosts, pods), prove(hosts, [...pods.filter((pod) => pod !== whole), ...split])];
        const ofBoth = two.pods.filter(({ pod }) => pod.name.replace("~", "") === whole.name);
        const ofOne = one.pods.find(({ pod }) => pod.name === whole.name);
        assert.deepEqual(new Set(ofBoth.map(({ verdict }) => verdict)), new Set([ofOne?.verdict]));
        assert.equal(
          ofBoth.reduce((sum, { waiting }) => sum + waiting, 0),
          ofOne?.waiting,
        );
      });
      fc.assert(property, seeded);
    });

  it("says the same, to the letter, whatever the order of hosts and pods", () => {
    const shuffled = instances("related", SIZE).chain(({ hosts, pods }) =>
      fc.record({
        given: fc.constant({ hosts, pods }),
        hosts: fc.shuffledSubarray([...hosts], { minLength: hosts.length }),
        pods: fc.shuffledSubarray([...pods], { minLength: pods.length }),
      }),
    );
    const property = fc.property(shuffled, ({ given, hosts, pods }) => assert.equal(text(hosts, pods), text(given.hosts, given.pods)));
    fc.assert(property, { ...seeded, numRuns: 300 });
  });
});
