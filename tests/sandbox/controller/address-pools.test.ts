import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { addressPools } from "#af/sandbox/controller/address-pools";
import { metallb, object } from "./builders";
import { after, wanted } from "./situations";

const pool = (spec: object): ClusterObject => object("metallb.io/v1beta1", "IPAddressPool", "p", { spec });
const service = (name: string, address: string): ClusterObject =>
  object("v1", "Service", name, { status: { loadBalancer: { ingress: [{ ip: address }] } } });

describe("the status of a pool of addresses", () => {
  it("counts what is given and what is left, a shared address once", () => {
    const services = [service("a", "192.0.2.1"), service("b", "192.0.2.1"), service("c", "198.51.100.1")];
    const table: readonly [spec: object, assigned: number, available: number][] = [
      [{ addresses: ["192.0.2.0/30"] }, 1, 3],
      [{ addresses: ["192.0.2.0-192.0.2.2", "198.51.100.0/31"] }, 2, 3],
      [{ addresses: ["192.0.2.0/24"], avoidBuggyIPs: true }, 1, 253],
      [{ addresses: ["203.0.113.0/32"] }, 0, 1],
    ];
    for (const [spec, assignedIPv4, availableIPv4] of table) {
      const subject = pool(spec);
      const status = { assignedIPv4, assignedIPv6: 0, availableIPv4, availableIPv6: 0 };
      assert.deepEqual(after(subject, wanted(addressPools, subject, ...services, ...metallb))["status"], status);
      assert.deepEqual(wanted(addressPools, { ...subject, status }, ...services, ...metallb), []);
    }
  });

  it("is written by MetalLB only", () => assert.deepEqual(wanted(addressPools, pool({ addresses: ["192.0.2.0/30"] })), []));
});
