import assert from "node:assert/strict";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource } from "#af/policies/model/objects";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { recordProgram } from "#af/stacks/record";
import { capacityOf, type CapacityAnswer, type CapacityProof, type CapacityQuestion } from "#af/tools/plan/capacity";
import { settingsOfKind } from "../support/site-kinds";
import { siteConfig, spoilt } from "../support/site-config";

/** The answers about a new site of three hosts in one rack, with its own Ceph. */
async function answers(hosts: string): Promise<(question: CapacityQuestion) => CapacityAnswer> {
  const proof = await proofOf(parseSite(spoilt(await settingsOfKind("storage: rook"), ["nodes", "workers", "hosts"], [hosts]), "a test"));
  return (question) => proof.answers.find((answer) => answer.question === question) ?? assert.fail(question);
}

async function proofOf(site: Site): Promise<CapacityProof> {
  const { resources } = await recordProgram(site);
  return capacityOf(
    resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)),
    site,
  );
}

describe("what a small site is told", () => {
  it("of losing its only rack, that nothing is left", async () => {
    const { verdict, need, have, note } = (await answers("n[1-3]"))("domain lost");
    assert.deepEqual([verdict, have, note], ["does not fit", 0, "nothing is left: no other host runs any of it"]);
    assert.ok(need > 20);
  });

  it("of losing one host of three, that a monitor waits, and not to do without one", async () => {
    const { verdict, need, have, note, waits, changes } = (await answers("n[1-3]"))("host lost");
    assert.deepEqual([verdict, need - have], ["does not fit", 1]);
    assert.match(note, /^no place for rook-ceph-mon-\w; gone with it: /);
    assert.match(waits.find(({ waiting }) => waiting > 0)?.reasons[0]?.reason ?? "", /anti-affinity/);
    assert.deepEqual(changes(1), ["1 more host like n2 in pool workers (af:nodes.workers.hosts: 4 instead of 3)"]);
  });

  it("of more replicas than can be added exactly, that nothing is counted, and why", async () => {
    // A site file has no more replicas than the largest cluster has pods, and whoever calls may have as many as an int32 holds.
    const most = 2 ** 31 - 1;
    const many = spoilt({ ...parseSite(siteConfig("unl"), "a test") }, ["platform", "ingress", "replicas"], most);
    const { answers: none, uncounted } = await proofOf(many as unknown as Site);
    assert.deepEqual(none, []);
    assert.match(
      uncounted.join(),
      new RegExp(
        `^any pod: ephemeral-storage of all .* too much to be added exactly: ${most} pods like those of traefik/traefik ask for .*; correct that amount, or the number of pods$`,
      ),
    );
  });

  it("of losing one host of four, that all fits", async () => {
    assert.equal((await answers("n[1-4]"))("host lost").verdict, "fits");
  });
});
