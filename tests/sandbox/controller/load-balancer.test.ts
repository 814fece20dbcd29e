import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import { addressesOf } from "#af/sandbox/controller/address-pools";
import { allocate, loadBalancers } from "#af/sandbox/controller/load-balancer";
import type { Action } from "#af/sandbox/controller/reconciler";
import { metallb, object } from "./builders";
import { eventsIn, wanted } from "./situations";

const pool = (name: string, addresses: readonly string[], autoAssign = true, rest: object = {}): ClusterObject =>
  object("metallb.io/v1beta1", "IPAddressPool", name, { spec: { addresses, autoAssign, ...rest } });
const service = (name: string, annotations: object = {}, address?: string, spec: object = {}): ClusterObject =>
  object("v1", "Service", name, {
    metadata: { annotations },
    spec: { type: "LoadBalancer", ports: [{ port: 443, protocol: "TCP" }], ...spec },
    status: address === undefined ? {} : { loadBalancer: { ingress: [{ ip: address }] } },
  });
const asking = (name: string, address: string, given?: string): ClusterObject =>
  service(name, { "metallb.io/loadBalancerIPs": address }, given);
const changes = (subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] =>
  wanted(loadBalancers, subject, ...others, ...metallb);
const statuses = (actions: readonly Action[]) => actions.flatMap((each) => (each.kind === "status" ? [each.status] : []));

describe("addresses of load balancers", () => {
  it("are given by MetalLB only: without it the Service waits and the sandbox says why", () => {
    const subject = service("web");
    const [change, ...rest] = wanted(loadBalancers, subject, pool("p", ["192.0.2.0/30"]));
    assert.ok(change?.kind === "event" && change.reason === "NoLoadBalancer" && rest.length === 0);
    assert.match(change.message, /no operator of metallb.io runs: chart metallb is not installed/);
    // MetalLB itself says nothing while it has no pool.
    assert.deepEqual(eventsIn(changes(subject)), ["NoLoadBalancer: there is no IPAddressPool"]);
  });

  it("are the ones that were asked for; the Service says from which pool", () => {
    const given = changes(asking("web", "192.0.2.2"), pool("p", ["192.0.2.0/30"], false));
    assert.deepEqual(statuses(given), [{ loadBalancer: { ingress: [{ ip: "192.0.2.2" }] } }]);
    assert.deepEqual(
      given.flatMap((each) => (each.kind === "annotations" ? [each.annotations] : [])),
      [{ "metallb.io/ip-allocated-from-pool": "p" }],
    );
    assert.deepEqual(eventsIn(given), ['IPAllocated: Assigned IP ["192.0.2.2"]']);
  });

  it("are refused with MetalLB's reason", () => {
    const holder = service("other", {}, "192.0.2.2");
    const refusals: readonly [subject: ClusterObject, pools: readonly ClusterObject[], expected: RegExp][] = [
      [
        asking("a", "192.0.2.2"),
        [pool("p", ["192.0.2.0/30"])],
        /can't change sharing key for "default\/a", address also in use by default\/other/,
      ],
      [asking("b", "198.51.100.1"), [pool("p", ["192.0.2.0/30"])], /\["198.51.100.1"\] is not allowed in config/],
      [asking("b", "soon"), [pool("p", ["192.0.2.0/30"])], /invalid metallb.io\/loadBalancerIPs: "soon"/],
      [asking("b", "192.0.2.0,192.0.2.1"), [pool("p", ["192.0.2.0/30"])], /has the same family/],
      [
        service("b", { "metallb.io/loadBalancerIPs": "192.0.2.1" }, undefined, { loadBalancerIP: "192.0.2.1" }),
        [pool("p", ["192.0.2.0/30"])],
        /can not have both/,
      ],
      [service("c"), [pool("p", ["192.0.2.0/30"], false)], /^no available IPs$/],
      [service("d", { "metallb.io/address-pool": "q" }), [pool("p", ["192.0.2.0/30"])], /^unknown pool "q"$/],
      [service("d", { "metallb.universe.tf/address-pool": "q" }), [pool("q", ["192.0.2.2/32"])], /^no available IPs in pool q$/],
      [
        service("d", { "metallb.io/address-pool": "q", "metallb.io/loadBalancerIPs": "192.0.2.1" }),
        [pool("p", ["192.0.2.1/32"]), pool("q", ["192.0.2.9/32"])],
        /not compatible with requested address pool q/,
      ],
      [service("e"), [pool("p", ["192.0.2.2/32"])], /^no available IPs$/],
      [asking("f", "192.0.2.255"), [pool("p", ["192.0.2.0/24"], true, { avoidBuggyIPs: true })], /is not allowed in config/],
    ];
    for (const [subject, pools, expected] of refusals) {
      const answer = allocate(worldOf([holder, subject, ...pools]), subject);
      assert.match("reason" in answer ? answer.reason : answer.address, expected);
      assert.match(eventsIn(changes(subject, holder, ...pools)).join(), /^AllocationFailed: Failed to allocate IP for "default\//);
    }
  });

  it("are never given twice, nor left to a Service that may not have them, whatever the order of the Services", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.boolean(), (services, avoidBuggyIPs) => {
        const ranges = pool("p", ["192.0.2.0/29", "198.51.100.4-198.51.100.6"], true, { avoidBuggyIPs });
        let world: readonly ClusterObject[] = [ranges];
        for (let index = 0; index < services; index++) {
          const subject = service(`s${index}`);
          const answer = allocate(worldOf([...world, subject]), subject);
          const got = "address" in answer ? { ...subject, status: { loadBalancer: { ingress: [{ ip: answer.address }] } } } : subject;
          if ("address" in answer) assert.deepEqual(changes(got, ...world), []);
          world = [...world, got];
        }
        const given = world.flatMap(addressesOf);
        assert.equal(new Set(given).size, given.length);
        assert.equal(given.length, Math.min(services, avoidBuggyIPs ? 10 : 11));
        assert.ok(!avoidBuggyIPs || !given.includes("192.0.2.0"));
      }),
    );
  });

  it("are changed when a Service asks for another one, or when no pool has its address any more", () => {
    const pools = [pool("p", ["192.0.2.0/30"]), pool("q", ["198.51.100.4/32"])];
    assert.deepEqual(changes(asking("a", "192.0.2.1", "192.0.2.1"), ...pools), []);
    assert.deepEqual(statuses(changes(asking("a", "192.0.2.2", "192.0.2.1"), ...pools)), [
      { loadBalancer: { ingress: [{ ip: "192.0.2.2" }] } },
    ]);
    const moved = changes(service("a", { "metallb.io/address-pool": "q" }, "192.0.2.1"), ...pools);
    assert.deepEqual(statuses(moved), [{ loadBalancer: { ingress: [{ ip: "198.51.100.4" }] } }]);
    const lost = changes(asking("a", "203.0.113.1", "203.0.113.1"), ...pools);
    assert.deepEqual(statuses(lost), [{ loadBalancer: null }]);
    assert.match(eventsIn(lost).join("\n"), /^ClearAssignment: current IP for "default\/a" not allowed by config.*\nAllocationFailed/);
  });

  it("are taken from a Service that is no load balancer any more", () => {
    const former = service("a", { "metallb.io/ip-allocated-from-pool": "p" }, "192.0.2.1", { type: "ClusterIP" });
    assert.deepEqual(loadBalancers.subjects(worldOf([former])), [former]);
    assert.deepEqual(
      changes(former, pool("p", ["192.0.2.0/30"])).map(({ kind }) => kind),
      ["status", "annotations"],
    );
    assert.deepEqual(loadBalancers.subjects(worldOf([service("b", {}, undefined, { loadBalancerClass: "other" })])), []);
  });

  it("are shared by Services that agree on it, use different ports and, if Local, lead to the same pods", () => {
    const key = { "metallb.io/allow-shared-ip": "k", "metallb.io/loadBalancerIPs": "192.0.2.1" };
    const on = (port: number, spec: object = {}) => ({ ports: [{ port }], ...spec });
    const local = (app: string) => ({ externalTrafficPolicy: "Local", selector: { app } });
    const world = (first: object) => worldOf([service("a", key, "192.0.2.1", on(80, first)), pool("p", ["192.0.2.0/30"])]);
    assert.deepEqual(allocate(world({}), service("b", key)), { address: "192.0.2.1", pool: "p" });
    const table: readonly [first: object, second: ClusterObject, expected: RegExp][] = [
      [{}, service("c", key, undefined, on(80)), /port TCP\/80 is already in use on "192.0.2.1"/],
      [{}, service("c", { ...key, "metallb.io/allow-shared-ip": "other" }), /can't change sharing key/],
      [local("a"), service("c", key, undefined, on(81, local("b"))), /can't change sharing key/],
    ];
    for (const [first, second, expected] of table)
      assert.match(JSON.stringify(allocate(world(first), second)).replaceAll("\\", ""), expected);
    assert.ok("address" in allocate(world(local("a")), service("d", key, undefined, on(81, local("a")))));
  });
});
