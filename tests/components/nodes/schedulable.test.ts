import assert from "node:assert/strict";
import { schedulableHosts } from "#af/components/nodes/schedulable";
import { Nodes } from "#af/components/nodes/settings";

function hostOf(capacity: object) {
  const nodes = Nodes.parse({ pool: { model: "a machine", hosts: ["node1"], capacity, rack: "a", runs: ["users"] } });
  return schedulableHosts({ nodes })[0] ?? assert.fail();
}

describe("a host as the scheduler sees it", () => {
  it("offers what the kubelet does not keep back: 100 MiB of memory, and a tenth of the disk in a number of 32 bits", () => {
    assert.deepEqual(hostOf({ cpu: 8, memory: "32Gi", ephemeral: "100Gi" }).allocatable, {
      cpu: 8000n,
      memory: 32n * 2n ** 30n - 100n * 2n ** 20n,
      pods: 110n,
      // 107374182400 * float32(0.1), as v1.37 reckons it.
      "ephemeral-storage": 107_374_182_400n - 10_737_418_400n,
    });
  });

  it("offers no disk where the site file does not say how much there is", () => {
    assert.deepEqual(Object.keys(hostOf({ cpu: 8, memory: "32Gi" }).allocatable), ["cpu", "memory", "pods"]);
  });
});
