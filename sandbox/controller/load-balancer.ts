import { bounds, toAddress, toNumber } from "../cell/network";
import type { ClusterObject } from "../cluster/client";
import { fieldAt, listAt, textAt, type World } from "../cluster/world";
import { givenLoadBalancer } from "../given/given";
import type { Action, Reconciler } from "./reconciler";
import { absenceOf, actingOperator } from "./operator";

const GROUP = "metallb.io";

/**
 * Plays MetalLB's controller and the load balancer that a cluster comes with: every Service of type LoadBalancer gets an address that no
 * other Service has.
 */
export const loadBalancers: Reconciler = {
  name: "Service",
  subjects: (world) =>
    world
      .all("", "Service")
      .filter(
        (service) =>
          textAt(service, "spec", "type") === "LoadBalancer" &&
          textAt(service, "spec", "loadBalancerClass") === undefined &&
          addressesOf(service).length === 0,
      ),
  actions: (world, service) => {
    if (service.metadata.deletionTimestamp !== undefined) return [];
    const acts = givenLoadBalancer(world) !== undefined || actingOperator(world, GROUP) !== undefined;
    const answer = acts ? allocate(world, service) : { reason: absenceOf(GROUP) };
    if ("reason" in answer) return [{ kind: "event", about: service, reason: "AllocationFailed", message: answer.reason }];
    return [
      { kind: "status", key: service, status: { loadBalancer: { ingress: [{ ip: answer.address, ipMode: "VIP" }] } } } satisfies Action,
    ];
  },
};

/** The addresses that a Service has been given. */
export function addressesOf(service: ClusterObject): readonly string[] {
  return listAt(service, "status", "loadBalancer", "ingress").flatMap((each) => textAt(each, "ip") ?? []);
}

/**
 * The address that a Service asks for, in one of the ways that MetalLB reads (https://metallb.universe.tf/usage/), or by the annotation of
 * the load balancer that the cluster comes with.
 */
function wanted(service: ClusterObject, annotation: string | undefined): string | undefined {
  const annotations = service.metadata.annotations ?? {};
  const asked =
    annotations[annotation ?? ""] ??
    annotations["metallb.io/loadBalancerIPs"] ??
    annotations["metallb.universe.tf/loadBalancerIPs"] ??
    textAt(service, "spec", "loadBalancerIP");
  return asked?.split(",")[0]?.trim();
}

interface Pool {
  readonly name: string;
  readonly automatic: boolean;
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
}

function poolsIn(world: World): readonly Pool[] {
  const given = givenLoadBalancer(world);
  const pools = world.all(GROUP, "IPAddressPool").map((pool) => ({
    name: pool.metadata.name,
    automatic: fieldAt(pool, "spec", "autoAssign") !== false,
    ranges: listAt(pool, "spec", "addresses")
      .filter((range): range is string => typeof range === "string" && !range.includes(":"))
      .map(bounds),
  }));
  return given === undefined ? pools : [...pools, { name: "given", automatic: true, ranges: given.addresses.map(bounds) }];
}

/** An address for a Service, or the reason why it gets none. */
export function allocate(world: World, service: ClusterObject): { readonly address: string } | { readonly reason: string } {
  const pools = poolsIn(world);
  const contains = (pool: Pool, number: number): boolean => pool.ranges.some(({ first, last }) => first <= number && number <= last);
  const asked = wanted(service, givenLoadBalancer(world)?.annotation);
  const named = service.metadata.annotations?.["metallb.io/address-pool"];
  const eligible = pools.filter((pool) => (named === undefined ? asked !== undefined || pool.automatic : pool.name === named));
  if (pools.length === 0) return { reason: "there is no IPAddressPool" };
  if (eligible.length === 0) {
    return { reason: named === undefined ? "no IPAddressPool gives addresses by itself" : `IPAddressPool ${named} does not exist` };
  }
  const holder = (address: string): ClusterObject | undefined =>
    world
      .all("", "Service")
      .find((other) => other.metadata.uid !== service.metadata.uid && addressesOf(other).includes(address) && !shares(service, other));
  if (asked !== undefined) {
    if (!eligible.some((pool) => contains(pool, toNumber(asked)))) {
      return { reason: `${asked} is in none of the pools ${eligible.map((pool) => pool.name).join(", ")}` };
    }
    const other = holder(asked);
    return other === undefined
      ? { address: asked }
      : { reason: `${asked} belongs to Service ${other.metadata.namespace ?? ""}/${other.metadata.name}` };
  }
  for (const { first, last } of eligible.flatMap((pool) => pool.ranges)) {
    for (let number = first; number <= last; number++) {
      if (holder(toAddress(number)) === undefined) return { address: toAddress(number) };
    }
  }
  return { reason: `all addresses of the pools ${eligible.map((pool) => pool.name).join(", ")} are in use` };
}

/** True if two Services have agreed to share an address and do not use the same port. */
function shares(a: ClusterObject, b: ClusterObject): boolean {
  const key = (service: ClusterObject): string | undefined => service.metadata.annotations?.["metallb.io/allow-shared-ip"];
  const ports = (service: ClusterObject): readonly string[] =>
    listAt(service, "spec", "ports").map((port) => `${textAt(port, "protocol") ?? "TCP"}/${String(fieldAt(port, "port"))}`);
  return key(a) !== undefined && key(a) === key(b) && !ports(a).some((port) => ports(b).includes(port));
}
