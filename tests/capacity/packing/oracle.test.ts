import assert from "node:assert/strict";
import fc from "fast-check";
import { prove, provesToFit, type Proof } from "#af/capacity/packing/prove";
import { instances, type Instance } from "./instances";
import { truthOf } from "./oracle";

const SEED = 20_201_129;

/** Compares every claim of the proof with what is true; returns what it claimed. */
function check({ hosts, pods }: Instance): Proof {
  const proof = prove(hosts, pods);
  for (const suspects of [[], pods])
    assert.equal(provesToFit(hosts, pods, { suspects }), proof.verdict === "fits", "the quick answer is another");
  const { packs, waiting } = truthOf(hosts, pods);
  if (proof.verdict === "does not fit") assert.equal(packs, false, "said not to fit, but it can be packed");
  for (const { pod, verdict, grounds } of proof.pods) {
    if (verdict === "fits") assert.ok(!waiting.has(pod.name), `${pod.name} was said to fit, but may wait`);
    if (grounds.kind === "order fails") assert.ok(waiting.has(pod.name), `${pod.name} was said to wait in some order, but never does`);
    if (grounds.kind === "order fails" || grounds.kind === "not proven")
      assert.ok(packs || proof.verdict === "does not fit", "a packing was said to exist");
  }
  return proof;
}

/** What was claimed, for people to read. */
function tally(claims: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const claim of claims) counts.set(claim, (counts.get(claim) ?? 0) + 1);
  return [...counts]
    .map(([claim, count]) => `${count} ${claim}`)
    .sort()
    .join(", ");
}

describe("packing against every order of small instances", function () {
  this.timeout(60_000);
  const suites = [
    { kind: "plain", runs: 5000, size: { hosts: 3, pods: 3 } },
    { kind: "related", runs: 3000, size: { hosts: 3, pods: 3 } },
    { kind: "contended", runs: 2000, size: { hosts: 2, pods: 4 } },
  ] as const;
  for (const { kind, runs, size } of suites)
    it(`is right about ${runs} ${kind} instances`, () => {
      const claims: string[] = [];
      fc.assert(
        fc.property(instances(kind, size), (instance) => {
          const proof = check(instance);
          const unsettled = proof.pods.some(
            ({ grounds }) => grounds.kind === "not proven" || grounds.kind === "neither found nor excluded",
          );
          claims.push(unsettled ? `${proof.verdict} (unsettled)` : proof.verdict);
        }),
        { seed: SEED, numRuns: runs },
      );
      console.log(`      ${claims.length} ${kind} instances: ${tally(claims)}`);
      assert.ok(claims.length >= runs);
    });
});
