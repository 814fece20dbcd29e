import assert from "node:assert/strict";
import fc from "fast-check";
import { nodeOf } from "#af/sandbox/nodes/nodes";
import { textAt } from "#af/sandbox/cluster/world";

const host = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/),
  pool: fc.constant("workers"),
  controlPlane: fc.boolean(),
  cpu: fc.integer({ min: 1, max: 256 }),
  memory: fc.integer({ min: 2 ** 30, max: 2 ** 42 }),
});

describe("the node of a host", () => {
  it("has the host's size, and everything of it can be used", () => {
    fc.assert(
      fc.property(host, (each) => {
        const node = nodeOf(each);
        for (const part of ["capacity", "allocatable"]) {
          assert.equal(textAt(node, "status", part, "cpu"), String(each.cpu));
          assert.equal(textAt(node, "status", part, "memory"), String(each.memory));
          assert.equal(textAt(node, "status", part, "pods"), "110");
        }
      }),
    );
  });

  it("has the labels of a kubelet and none of the facility's, which the program puts there itself", () => {
    fc.assert(
      fc.property(host, (each) => {
        const labels = nodeOf(each).metadata.labels ?? {};
        assert.equal(labels["kubernetes.io/hostname"], each.name);
        assert.ok(Object.keys(labels).every((key) => /(^|\.)kubernetes\.io\//.test(key)));
      }),
    );
  });

  it("keeps ordinary pods away from masters, as kubeadm does", () => {
    fc.assert(
      fc.property(host, (each) => {
        const node = nodeOf(each);
        const taints = (node["spec"] as { taints?: readonly { key: string; effect: string }[] }).taints ?? [];
        assert.deepEqual(taints, each.controlPlane ? [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] : []);
        assert.equal("node-role.kubernetes.io/control-plane" in (node.metadata.labels ?? {}), each.controlPlane);
      }),
    );
  });
});
