import assert from "node:assert/strict";
import { layout, placesAll } from "#af/capacity/packing/layout";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { app, host, HOSTNAME, pod } from "./support";

const cpu = (amount: bigint, count = 1): Partial<PackPod> => ({ requests: { cpu: amount }, count });
const sized = (name: string, amount: bigint) => host(name, { allocatable: { cpu: amount, pods: 9n } });
const told = (hosts: readonly PackHost[], pods: readonly PackPod[]) =>
  layout(hosts, pods).map(({ namespace, name, host: on, count }) => `${count} ${namespace}/${name} on ${on}`);

describe("a layout", () => {
  it("tells equal steps in a row as one, and places the first of equal workloads first", () => {
    assert.deepEqual(told([host("one")], [pod("b", { count: 2 }), pod("a", { count: 2 })]), ["2 af/a on one", "2 af/b on one"]);
    assert.deepEqual(told([host("one")], [pod("a"), pod("a", { namespace: "other" })]), ["1 af/a on one", "1 other/a on one"]);
    assert.deepEqual(told([sized("one", 1000n), sized("two", 1000n)], [pod("a", cpu(1000n, 2))]), ["1 af/a on one", "1 af/a on two"]);
    assert.deepEqual(told([host("one")], [pod("a", { count: 0 })]), []);
  });

  it("tries the tightest hosts where the roomiest leave pods over", () => {
    const hosts = [sized("one", 1000n), sized("two", 600n)];
    const pods = [pod("x", cpu(600n)), pod("y", cpu(500n, 2))];
    assert.ok(placesAll(hosts, pods));
    assert.deepEqual(told(hosts, pods), ["1 af/x on two", "2 af/y on one"]);
  });

  it("keeps to the priorities where not all pods find a place, and gives them up where that places all", () => {
    const hosts = [sized("one", 1000n)];
    assert.deepEqual(told(hosts, [pod("a", cpu(600n)), pod("b", { ...cpu(500n), priority: 5 })]), ["1 af/b on one"]);
    // The urgent one placed first would stand alone where the other has to be near it.
    const near = [{ labelSelector: app("b"), topologyKey: HOSTNAME }];
    const only = [sized("one", 1000n), host("two", { allocatable: { cpu: 2000n, pods: 9n } })];
    const pods = [pod("a", { ...cpu(1000n), affinity: near }), pod("b", { ...cpu(900n), priority: 5 })];
    assert.ok(placesAll(only, pods));
    assert.deepEqual(told(only, pods), ["1 af/b on two", "1 af/a on two"]);
  });

  it("places those with the fewest hosts first where the largest first leaves pods over", () => {
    const hosts = [host("one", { labels: { use: "hub" } }), host("two")];
    const pods = [pod("any", cpu(4000n)), pod("hub", { ...cpu(1000n), placement: { nodeSelector: { use: "hub" } } })];
    assert.ok(placesAll(hosts, pods));
    assert.deepEqual(told(hosts, pods), ["1 af/hub on one", "1 af/any on two"]);
  });

  it("gives the priorities up only where nothing else places all pods", () => {
    // Whichever host the urgent ones take, the rest has no place left.
    const hosts = [sized("one", 500n), sized("two", 450n)];
    const pods = [pod("a", { ...cpu(200n, 2), priority: 5 }), pod("c", cpu(450n)), pod("d", cpu(100n))];
    assert.ok(placesAll(hosts, pods));
    assert.deepEqual([...told(hosts, pods)].sort(), ["1 af/c on two", "1 af/d on one", "2 af/a on one"]);
  });

  it("is the first of those that leave as few pods over, and a later one that leaves fewer", () => {
    assert.deepEqual(told([sized("one", 1000n), sized("two", 900n)], [pod("a", cpu(800n, 3))]), ["1 af/a on one", "1 af/a on two"]);
    const pods = [pod("x", cpu(600n)), pod("y", cpu(500n, 2)), pod("z", cpu(5000n))];
    assert.deepEqual(told([sized("one", 1000n), sized("two", 600n)], pods), ["1 af/x on two", "2 af/y on one"]);
  });

  it("leaves the fewest pods over", () => {
    const hosts = [sized("one", 1000n)];
    const pods = [pod("large", cpu(900n)), pod("small", { ...cpu(200n, 5), placement: { nodeSelector: { [HOSTNAME]: "one" } } })];
    assert.ok(!placesAll(hosts, pods));
    assert.deepEqual(told(hosts, pods), ["1 af/large on one"]);
    const two = [sized("one", 1000n), sized("two", 0n)];
    assert.deepEqual(told(two, pods), ["1 af/large on one"]);
    assert.deepEqual(told([sized("one", 1000n), sized("two", 100n)], [pod("large", cpu(900n)), ...pods.slice(1)]), ["1 af/large on one"]);
    assert.ok(!placesAll([], [pod("a")]) && placesAll([], []));
  });
});
