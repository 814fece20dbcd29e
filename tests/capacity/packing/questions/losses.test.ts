import assert from "node:assert/strict";
import type { PackPod } from "#af/capacity/packing/model";
import {
  staysOnItsHost,
  waitingIn,
  withoutEachDomain,
  withoutEachHost,
  withoutHosts,
  type Loss,
} from "#af/capacity/packing/questions/losses";
import { app, host, HOSTNAME, pod } from "../support";

const told = ({ hosts, same, gone, asked, proof }: Loss) => ({
  hosts,
  same,
  gone: gone.map(({ name, count }) => `${count} ${name}`),
  asked: asked.map(({ name, count }) => `${count} ${name}`),
  verdict: proof.verdict,
});
const onlyOn = (name: string): Partial<PackPod> => ({ placement: { nodeSelector: { [HOSTNAME]: name } } });

describe("a loss of hosts", () => {
  it("names the lost hosts and what is gone with them in the order of their names, and those that are like the lost one", () => {
    const hosts = [host("c"), host("b"), host("a")];
    const lost = withoutHosts(hosts, [pod("z", onlyOn("b")), pod("y", onlyOn("b")), pod("hub")], hosts.slice(0, 2));
    assert.deepEqual(told(lost), { hosts: ["b", "c"], same: [], gone: ["1 y", "1 z"], asked: ["1 hub"], verdict: "fits" });
    assert.deepEqual(withoutEachHost(hosts, [pod("hub")]).each.map(told), [
      { hosts: ["a"], same: ["b", "c"], gone: [], asked: ["1 hub"], verdict: "fits" },
    ]);
  });

  it("keeps a pod that no host may run, lost or not", () => {
    const lost = withoutHosts([host("one"), host("two")], [pod("hub", onlyOn("elsewhere"))], [host("one")]);
    assert.deepEqual(told(lost), { hosts: ["one"], same: [], gone: [], asked: ["1 hub"], verdict: "does not fit" });
  });

  it("asks for the very workload of which nothing is gone", () => {
    const hub = pod("hub", { count: 2 });
    const { asked } = withoutHosts([host("one"), host("two")], [hub], [host("one")]);
    assert.equal(asked[0], hub);
    assert.equal(asked.length, 1);
  });

  it("is that of one domain after the other, by name, and never of hosts that are in none", () => {
    const rack = (name: string, of: string) => host(name, { labels: { rack: of } });
    const { each } = withoutEachDomain([rack("three", "b"), rack("one", "a"), host("apart"), rack("two", "b")], [], "rack");
    assert.deepEqual(
      each.map(({ hosts }) => hosts),
      [["one"], ["three", "two"]],
    );
  });

  it("is worst by its verdict, then by how many pods wait", () => {
    const larger = (name: string, cpu: bigint) => host(name, { allocatable: { cpu, memory: 16n, pods: 10n } });
    const hosts = [larger("a", 2000n), larger("b", 4000n), larger("c", 3000n)];
    const { each, worst } = withoutEachHost(hosts, [pod("hub", { count: 8, requests: { cpu: 1000n } })]);
    assert.deepEqual(
      each.map(({ hosts: names, proof }) => [...names, waitingIn(proof)]),
      [
        ["a", 1],
        ["b", 3],
        ["c", 2],
      ],
    );
    assert.deepEqual(worst?.hosts, ["b"]);
    // The first of equals, and a worse verdict before more pods that wait.
    assert.deepEqual(withoutEachHost(hosts, [pod("hub", { requests: { cpu: 1000n } })]).worst?.hosts, ["a"]);
  });

  it("leaves a pod on its host only if its volumes lie there and no two may share one", () => {
    const volumes = [[{ matchExpressions: [{ key: HOSTNAME, operator: "Exists" }] }]];
    const apart = (topologyKey: string, name: string) => [{ labelSelector: app(name), topologyKey }];
    const stays = (changes: Partial<PackPod>) => staysOnItsHost(pod("cache", changes));
    assert.ok(stays({ volumes, antiAffinity: apart(HOSTNAME, "cache") }));
    assert.ok(!stays({ antiAffinity: apart(HOSTNAME, "cache") }));
    assert.ok(!stays({ volumes }));
    assert.ok(!stays({ volumes, antiAffinity: apart("rack", "cache") }));
    assert.ok(!stays({ volumes, antiAffinity: apart(HOSTNAME, "other") }));
  });
});
