import assert from "node:assert/strict";
import { allocatable, freeOf, withDaemons } from "#af/capacity/allocatable";
import { host, pod } from "./packing/support";

describe("what a host offers", () => {
  it("is its capacity less what the kubelet sets aside", () => {
    const capacity = { cpu: 8000n, memory: 100n, pods: 110n };
    const aside = {
      kube: { cpu: 200n, memory: 30n },
      system: { cpu: 100n, memory: 40n },
      eviction: { memory: 50n, "nodefs.available": 1n },
    };
    assert.deepEqual(allocatable(capacity, aside), { cpu: 7700n, memory: 0n, pods: 110n });
    assert.deepEqual(allocatable(capacity, {}), capacity);
  });

  it("is less the DaemonSets that select and tolerate it", () => {
    const hosts = [
      host("users", { labels: { use: "users" }, taints: [{ key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" }] }),
      host("cache", { taints: [{ key: "cache", effect: "NoSchedule" }] }),
    ];
    const agent = pod("agent", { requests: { cpu: 100n } });
    const puller = pod("puller", { requests: { cpu: 10n }, placement: { nodeSelector: { use: "users" } } });
    const everywhere = pod("exporter", { requests: { cpu: 1n, memory: 5n }, placement: { tolerations: [{ operator: "Exists" }] } });
    const free = withDaemons(hosts, [agent, puller, everywhere]).map(freeOf);
    assert.deepEqual(
      free.map(({ cpu, pods }) => [cpu, pods]),
      [
        [4000n - 111n, 7n],
        [4000n - 1n, 9n],
      ],
    );
  });

  it("says by how much the pods that stand there ask for too much", () => {
    const full = host("one", { standing: [pod("agent", { count: 2, requests: { cpu: 3000n, gpu: 1n } })] });
    assert.deepEqual([freeOf(full)["cpu"], freeOf(full)["gpu"], freeOf(full)["pods"]], [-2000n, -2n, 8n]);
  });
});
