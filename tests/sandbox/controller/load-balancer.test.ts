import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import { addressesOf, allocate, loadBalancers } from "#af/sandbox/controller/load-balancer";
import { metallb, object } from "./builders";

const pool = (name: string, addresses: readonly string[], autoAssign = true): ClusterObject =>
  object("metallb.io/v1beta1", "IPAddressPool", name, { spec: { addresses, autoAssign } });
const service = (name: string, annotations: object = {}, address?: string): ClusterObject =>
  object("v1", "Service", name, {
    metadata: { annotations },
    spec: { type: "LoadBalancer", ports: [{ port: 443, protocol: "TCP" }] },
    status: address === undefined ? {} : { loadBalancer: { ingress: [{ ip: address }] } },
  });
const asking = (name: string, address: string): ClusterObject => service(name, { "metallb.io/loadBalancerIPs": address });

describe("addresses of load balancers", () => {
  it("are given by MetalLB only: without it the Service waits and an event says why", () => {
    const subject = service("web");
    const [change] = loadBalancers.actions(worldOf([subject, pool("p", ["192.0.2.0/30"])]), subject);
    assert.ok(change?.kind === "event");
    assert.match(change.message, /no operator of metallb.io runs: chart metallb is not installed/);
  });

  it("are the ones that were asked for", () => {
    const subject = asking("web", "192.0.2.2");
    const [change] = loadBalancers.actions(worldOf([subject, pool("p", ["192.0.2.0/30"], false), ...metallb]), subject);
    assert.deepEqual(change?.kind === "status" && change.status, { loadBalancer: { ingress: [{ ip: "192.0.2.2", ipMode: "VIP" }] } });
  });

  it("are refused with the reason", () => {
    const holder = service("other", {}, "192.0.2.2");
    const refusals: readonly [subject: ClusterObject, pools: readonly ClusterObject[], expected: RegExp][] = [
      [asking("a", "192.0.2.2"), [pool("p", ["192.0.2.0/30"])], /belongs to Service default\/other/],
      [asking("b", "198.51.100.1"), [pool("p", ["192.0.2.0/30"])], /198.51.100.1 is in none of the pools p/],
      [service("c"), [pool("p", ["192.0.2.0/30"], false)], /no IPAddressPool gives addresses by itself/],
      [service("n"), [], /there is no IPAddressPool/],
      [service("d", { "metallb.io/address-pool": "q" }), [pool("p", ["192.0.2.0/30"])], /IPAddressPool q does not exist/],
      [service("e"), [pool("p", ["192.0.2.2/32"])], /all addresses of the pools p are in use/],
    ];
    for (const [subject, pools, expected] of refusals) {
      const answer = allocate(worldOf([holder, subject, ...pools]), subject);
      assert.match("reason" in answer ? answer.reason : answer.address, expected);
    }
  });

  it("are never given twice, whatever the order of the Services", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (services) => {
        let world: readonly ClusterObject[] = [pool("p", ["192.0.2.0/29", "198.51.100.4-198.51.100.6"])];
        for (let index = 0; index < services; index++) {
          const subject = service(`s${index}`);
          const answer = allocate(worldOf([...world, subject]), subject);
          world = [
            ...world,
            "address" in answer ? { ...subject, status: { loadBalancer: { ingress: [{ ip: answer.address }] } } } : subject,
          ];
        }
        const given = world.flatMap(addressesOf);
        assert.equal(new Set(given).size, given.length);
        assert.equal(given.length, Math.min(services, 11));
      }),
    );
  });

  it("are shared by Services that agree on it and use different ports", () => {
    const key = { "metallb.io/allow-shared-ip": "k", "metallb.io/loadBalancerIPs": "192.0.2.1" };
    const first = { ...service("a", key, "192.0.2.1"), spec: { type: "LoadBalancer", ports: [{ port: 80 }] } };
    const world = worldOf([first, pool("p", ["192.0.2.0/30"])]);
    assert.deepEqual(allocate(world, service("b", key)), { address: "192.0.2.1" });
    const clash = { ...service("c", key), spec: { type: "LoadBalancer", ports: [{ port: 80 }] } };
    assert.match(JSON.stringify(allocate(world, clash)), /belongs to Service default\/a/);
  });
});
