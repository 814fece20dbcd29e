import { bounds, toAddress, toNumber } from "../cell/network";
import type { ClusterObject } from "../cluster/client";
import { fieldAt, listAt, textAt, type World } from "../cluster/world";
import { givenLoadBalancer } from "../given/given";
import { actingOperator } from "./operator";
import { type Reconciler, statusAction } from "./reconciler";

/** API group of MetalLB. */
export const GROUP = "metallb.io";

/** Addresses that a load balancer may give out: those of an IPAddressPool, or those of the load balancer that the cluster comes with. */
export interface Pool {
  readonly name: string;
  /** True if Services that ask for nothing get addresses from it. */
  readonly automatic: boolean;
  /** True if addresses that end in 0 or 255 are left out. */
  readonly avoidsBuggy: boolean;
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
}

/** Name of the pool of the load balancer that the cluster comes with. */
export const GIVEN_POOL = "given";

function poolOf(pool: ClusterObject): Pool {
  return {
    name: pool.metadata.name,
    automatic: fieldAt(pool, "spec", "autoAssign") !== false,
    avoidsBuggy: fieldAt(pool, "spec", "avoidBuggyIPs") === true,
    ranges: listAt(pool, "spec", "addresses")
      // The sandbox gives no IPv6 addresses: no site has any.
      .filter((range): range is string => typeof range === "string" && !range.includes(":"))
      .map(bounds),
  };
}

/** All pools of a cluster. */
export function poolsIn(world: World): readonly Pool[] {
  const given = givenLoadBalancer(world);
  const pools = world.all(GROUP, "IPAddressPool").map(poolOf);
  if (given === undefined) return pools;
  return [...pools, { name: GIVEN_POOL, automatic: true, avoidsBuggy: false, ranges: given.addresses.map(bounds) }];
}

/** True if a pool may give out an address. */
export function offers({ ranges, avoidsBuggy }: Pool, address: number): boolean {
  return ranges.some(({ first, last }) => first <= address && address <= last) && !(avoidsBuggy && isBuggy(address));
}

/** The addresses of a pool, in order. */
export function* addressesIn(pool: Pool): Generator<string> {
  for (const { first, last } of pool.ranges)
    for (let number = first; number <= last; number++) if (!pool.avoidsBuggy || !isBuggy(number)) yield toAddress(number);
}

function isBuggy(address: number): boolean {
  return [0, 255].includes(address % 256);
}

/** The addresses that a Service has been given. */
export function addressesOf(service: ClusterObject): readonly string[] {
  return listAt(service, "status", "loadBalancer", "ingress").flatMap((each) => textAt(each, "ip") ?? []);
}

/**
 * Plays the part of MetalLB's controller that counts what is left of a pool:
 * https://github.com/metallb/metallb/blob/v0.16.1/internal/k8s/controllers/pool_status_controller.go
 */
export const addressPools: Reconciler = {
  name: "IPAddressPool",
  subjects: (world) => world.all(GROUP, "IPAddressPool"),
  actions: (world, subject) => {
    if (actingOperator(world, GROUP) === undefined || subject.metadata.deletionTimestamp !== undefined) return [];
    const pool = poolOf(subject);
    const given = new Set(world.all("", "Service").flatMap(addressesOf));
    const used = [...given].filter((address) => !address.includes(":") && offers(pool, toNumber(address))).length;
    const size = [...addressesIn(pool)].length;
    return statusAction(subject, { assignedIPv4: used, assignedIPv6: 0, availableIPv4: size - used, availableIPv6: 0 });
  },
};
