import { bounds, toAddress, toNumber } from "../cell/network";
import { type ClusterObject } from "../cluster/client";
import { at, list, text, type World } from "../cluster/world";
import { givenLoadBalancer } from "../given/given";
import { type Change, type Rule } from "./change";
import { absenceOf, actingOperator } from "./operator";

const group = "metallb.io";

/** What MetalLB's controller does, and the load balancer that a cluster came with: an address for each Service of type LoadBalancer, to one Service only. */
export const loadBalancers: Rule = {
  name: "Service",
  subjects: (world) =>
    world
      .all("", "Service")
      .filter(
        (service) =>
          text(service, "spec", "type") === "LoadBalancer" &&
          text(service, "spec", "loadBalancerClass") === undefined &&
          addressesOf(service).length === 0,
      ),
  changes: (world, service) => {
    if (service.metadata.deletionTimestamp !== undefined) return [];
    const acts = givenLoadBalancer(world) !== undefined || actingOperator(world, group) !== undefined;
    const answer = acts ? allocate(world, service) : { reason: absenceOf(group) };
    if ("reason" in answer) return [{ kind: "event", about: service, reason: "AllocationFailed", message: answer.reason }];
    return [
      { kind: "status", key: service, status: { loadBalancer: { ingress: [{ ip: answer.address, ipMode: "VIP" }] } } } satisfies Change,
    ];
  },
};

export function addressesOf(service: ClusterObject): readonly string[] {
  return list(service, "status", "loadBalancer", "ingress").flatMap((each) => text(each, "ip") ?? []);
}

/** The address that a Service asks for, in any of the three ways that MetalLB reads, or in that of the load balancer that is given. */
function wanted(service: ClusterObject, annotation: string | undefined): string | undefined {
  const annotations = service.metadata.annotations ?? {};
  const asked =
    annotations[annotation ?? ""] ??
    annotations["metallb.io/loadBalancerIPs"] ??
    annotations["metallb.universe.tf/loadBalancerIPs"] ??
    text(service, "spec", "loadBalancerIP");
  return asked?.split(",")[0]?.trim();
}

interface Pool {
  readonly name: string;
  readonly automatic: boolean;
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
}

function poolsIn(world: World): readonly Pool[] {
  const given = givenLoadBalancer(world);
  const pools = world.all(group, "IPAddressPool").map((pool) => ({
    name: pool.metadata.name,
    automatic: at(pool, "spec", "autoAssign") !== false,
    ranges: list(pool, "spec", "addresses")
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

/** Whether two Services agreed to share an address and do not want the same port of it. */
function shares(a: ClusterObject, b: ClusterObject): boolean {
  const key = (service: ClusterObject): string | undefined => service.metadata.annotations?.["metallb.io/allow-shared-ip"];
  const ports = (service: ClusterObject): readonly string[] =>
    list(service, "spec", "ports").map((port) => `${text(port, "protocol") ?? "TCP"}/${String(at(port, "port"))}`);
  return key(a) !== undefined && key(a) === key(b) && !ports(a).some((port) => ports(b).includes(port));
}
