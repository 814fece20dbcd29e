import assert from "node:assert/strict";
import fc from "fast-check";
import { layout, placesAll } from "#af/capacity/packing/layout";
import type { PackPod } from "#af/capacity/packing/model";
import { prove, provesToFit, type Proof } from "#af/capacity/packing/prove";
import { instances, type Instance } from "./instances";
import { replay, truthOf } from "./oracle";

/** Few enough that a batch takes no time, so that a fault shows at once; `oracle.test.ts` asks about thousands. */
const RUNS = 30;
const BATCHES = [1, 2, 3, 4];
const SEED = 20_261_129;

const sizes = {
  plain: { hosts: 3, pods: 3 },
  related: { hosts: 3, pods: 3 },
  contended: { hosts: 2, pods: 4 },
} as const;

/** What is claimed is what is true, in both directions; of `contended` ones some are not settled. */
function holdsAgainstTruth(kind: keyof typeof sizes, { hosts, pods }: Instance): Proof {
  const proof = prove(hosts, pods);
  const { packs, waiting } = truthOf(hosts, pods);
  for (const suspects of [[], pods]) assert.equal(provesToFit(hosts, pods, { suspects }), proof.verdict === "fits");
  for (const { pod, grounds } of proof.pods)
    if (grounds.kind === "proven") assert.ok(!waiting.has(pod.name), `${pod.name} may wait`);
    else if (grounds.kind === "order fails") assert.ok(waiting.has(pod.name), `${pod.name} never waits`);
    else if (grounds.kind === "excluded") assert.ok(!packs, "all can be placed");
    else assert.equal(kind, "contended", "is not settled");
  if (packs) assert.ok(proof.verdict !== "does not fit");
  else assert.ok(kind === "contended" || proof.verdict === "does not fit");
  return proof;
}

/** What a proof shows can be followed step by step. */
function canBeFollowed(kind: keyof typeof sizes, { hosts, pods }: Instance, proof: Proof): void {
  const countOf = (name: string) => pods.find((pod) => pod.name === name)?.count;
  for (const { pod, grounds, waiting, refusals, message } of proof.pods) {
    assert.ok(waiting >= 0 && waiting <= pod.count);
    const names = new Set(refusals.flatMap((refusal) => refusal.hosts));
    if (message !== "") assert.equal(names.size, hosts.length, "a host does not refuse");
    if (grounds.kind === "proven") assert.deepEqual([waiting, message], [0, ""]);
    if (grounds.kind !== "order fails") continue;
    assert.notEqual(message, "");
    const { allowed, placed, open } = replay(hosts, pods, grounds.order);
    assert.ok(allowed, "a filter refuses a step of the order");
    assert.equal(placed.get(pod.name), pod.count - waiting);
    assert.ok(!open.has(pod.name), "the pod that waits is admitted");
  }
  for (const packing of proof.packings) {
    const { allowed, placed } = replay(hosts, pods, packing);
    assert.ok(kind === "contended" || allowed, "a filter refuses a step of the placement");
    for (const { name } of packing) assert.equal(placed.get(name), countOf(name));
  }
}

function total(pods: readonly Pick<PackPod, "count">[]): number {
  return pods.reduce((sum, { count }) => sum + count, 0);
}

describe("claims about small instances", () => {
  for (const kind of ["plain", "related", "contended"] as const) {
    for (const batch of BATCHES)
      it(`are true and can be followed: ${kind}, ${batch}`, () => {
        fc.assert(
          fc.property(instances(kind, sizes[kind]), (instance) => canBeFollowed(kind, instance, holdsAgainstTruth(kind, instance))),
          { seed: SEED + batch, numRuns: RUNS },
        );
      });

    it(`are laid out as filters allow, until none of the rest finds a place: ${kind}`, () => {
      fc.assert(
        fc.property(instances(kind, sizes[kind]), ({ hosts, pods }) => {
          const placed = layout(hosts, pods);
          const { allowed, open } = replay(hosts, pods, placed);
          assert.ok(allowed, "a filter refuses a step");
          assert.deepEqual([...open], []);
          assert.equal(placesAll(hosts, pods), total(placed) === total(pods));
        }),
        { seed: SEED, numRuns: RUNS },
      );
    });
  }
});
