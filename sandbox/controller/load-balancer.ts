import { toNumber } from "../cell/network";
import type { ClusterObject } from "../cluster/client";
import { fieldAt, listAt, textAt, type World } from "../cluster/world";
import { givenLoadBalancer } from "../given/given";
import { addressesIn, addressesOf, GIVEN_POOL, GROUP, offers, type Pool, poolsIn } from "./address-pools";
import type { Action, EventAction, Reconciler } from "./reconciler";
import { absenceOf, actingOperator } from "./operator";

/** Annotation in which MetalLB writes from which pool an address is. */
const ALLOCATED_FROM = "metallb.io/ip-allocated-from-pool";

/** Reason of the events that the sandbox adds where MetalLB is silent: nobody acts, or there is nothing to give. */
const HINT = "NoLoadBalancer";

/**
 * Plays MetalLB's controller and the load balancer that a cluster comes with: every Service of type LoadBalancer gets an address that no
 * other Service has, and loses it when it asks for another one or when no pool has it any more:
 * https://github.com/metallb/metallb/blob/v0.16.1/controller/service.go
 */
export const loadBalancers: Reconciler = {
  name: "Service",
  subjects: (world) =>
    world.all("", "Service").filter((service) => isLoadBalancer(service) || service.metadata.annotations?.[ALLOCATED_FROM] !== undefined),
  actions: (world, service) => {
    if (service.metadata.deletionTimestamp !== undefined) return [];
    const given = givenLoadBalancer(world) !== undefined;
    if (!given && actingOperator(world, GROUP) === undefined) {
      return isLoadBalancer(service) && addressesOf(service).length === 0 ? [hint(service, absenceOf(GROUP))] : [];
    }
    if (!isLoadBalancer(service)) return cleared(service);
    const pools = poolsIn(world);
    if (pools.length === 0) return [...cleared(service), hint(service, "there is no IPAddressPool")];
    return converge(world, service);
  },
};

/** The Services that MetalLB looks after: it is started without a class. */
function isLoadBalancer(service: ClusterObject): boolean {
  return textAt(service, "spec", "type") === "LoadBalancer" && textAt(service, "spec", "loadBalancerClass") === undefined;
}

function converge(world: World, service: ClusterObject): readonly Action[] {
  const present = addressesOf(service);
  const kept = present.length > 0 && isRight(world, service, present);
  if (kept) return [];
  const answer = allocate(world, service);
  const { namespace = "", name } = service.metadata;
  const lost: readonly Action[] =
    present.length === 0 || !("reason" in answer)
      ? []
      : [
          event(
            service,
            "Normal",
            "ClearAssignment",
            `current IP for ${JSON.stringify(`${namespace}/${name}`)} not allowed by config, will attempt for new IP assignment: ${answer.reason}`,
          ),
        ];
  if ("reason" in answer) {
    const message = `Failed to allocate IP for ${JSON.stringify(`${namespace}/${name}`)}: ${answer.reason}`;
    return [...lost, ...cleared(service), event(service, "Warning", "AllocationFailed", message)];
  }
  return [
    { kind: "status", key: service, status: { loadBalancer: { ingress: [{ ip: answer.address }] } } },
    ...(answer.pool === GIVEN_POOL ? [] : [annotation(service, answer.pool)]),
    event(service, "Normal", "IPAllocated", `Assigned IP ["${answer.address}"]`),
  ];
}

/** True if a Service may keep the addresses that it has: they are what it asks for, and a pool still has them. */
function isRight(world: World, service: ClusterObject, present: readonly string[]): boolean {
  const [address = ""] = present;
  const asked = wanted(world, service);
  if (typeof asked === "object" || (asked !== undefined && asked !== address)) return false;
  const pool = poolsIn(world).find((each) => offers(each, toNumber(address)));
  const desired = desiredPool(service);
  return pool !== undefined && (desired === undefined || desired === pool.name);
}

function cleared(service: ClusterObject): readonly Action[] {
  return [
    ...(addressesOf(service).length === 0 ? [] : [{ kind: "status", key: service, status: { loadBalancer: null } } satisfies Action]),
    ...(service.metadata.annotations?.[ALLOCATED_FROM] === undefined ? [] : [annotation(service, null)]),
  ];
}

function annotation(service: ClusterObject, pool: string | null): Action {
  return { kind: "annotations", key: service, annotations: { [ALLOCATED_FROM]: pool } };
}

function event(service: ClusterObject, type: "Normal" | "Warning", reason: string, message: string): EventAction {
  return { kind: "event", about: service, type, reason, message };
}

function hint(service: ClusterObject, message: string): EventAction {
  return event(service, "Warning", HINT, message);
}

/** The value of one of MetalLB's annotations, in its present or its former spelling. */
function annotated(service: ClusterObject, name: string): string | undefined {
  const annotations = service.metadata.annotations ?? {};
  return annotations[`metallb.io/${name}`] ?? annotations[`metallb.universe.tf/${name}`];
}

function desiredPool(service: ClusterObject): string | undefined {
  return annotated(service, "address-pool") || undefined;
}

/**
 * The address that a Service asks for, in one of the ways that MetalLB reads (https://metallb.io/usage/), or by the annotation of the load
 * balancer that the cluster comes with; undefined if it asks for none.
 */
function wanted(world: World, service: ClusterObject): string | undefined | { readonly reason: string } {
  const given = givenLoadBalancer(world)?.annotation;
  const listed = annotated(service, "loadBalancerIPs");
  const field = textAt(service, "spec", "loadBalancerIP");
  if (listed !== undefined && listed !== "" && field !== undefined && field !== "") {
    return { reason: "service can not have both metallb.io/loadBalancerIPs and svc.Spec.LoadBalancerIP" };
  }
  const asked = (service.metadata.annotations?.[given ?? ""] ?? listed ?? field ?? "").split(",").map((each) => each.trim());
  if (asked.join("") === "") return undefined;
  const [first = ""] = asked;
  if (!/^\d+(\.\d+){3}$/.test(first)) return { reason: `invalid metallb.io/loadBalancerIPs: ${JSON.stringify(asked.join(","))}` };
  return asked.length === 1 ? first : { reason: `${JSON.stringify(asked)} has the same family` };
}

/** An address for a Service and its pool, or the reason why it gets none, in MetalLB's words. */
export function allocate(
  world: World,
  service: ClusterObject,
): { readonly address: string; readonly pool: string } | { readonly reason: string } {
  const pools = poolsIn(world);
  const asked = wanted(world, service);
  const desired = desiredPool(service);
  if (typeof asked === "object") return asked;
  if (asked !== undefined) {
    const pool = pools.find((each) => offers(each, toNumber(asked)));
    if (pool === undefined) return { reason: `["${asked}"] is not allowed in config` };
    const reason = conflict(world, service, asked);
    if (reason !== undefined) return { reason };
    if (desired !== undefined && desired !== pool.name) {
      return { reason: `requested loadBalancer IP(s) ["${asked}"] is not compatible with requested address pool ${desired}` };
    }
    return { address: asked, pool: pool.name };
  }
  if (desired !== undefined) {
    const pool = pools.find(({ name }) => name === desired);
    if (pool === undefined) return { reason: `unknown pool ${JSON.stringify(desired)}` };
    return firstFree(world, service, [pool]) ?? { reason: `no available IPs in pool ${desired}` };
  }
  return (
    firstFree(
      world,
      service,
      pools.filter(({ automatic }) => automatic),
    ) ?? { reason: "no available IPs" }
  );
}

function firstFree(
  world: World,
  service: ClusterObject,
  pools: readonly Pool[],
): { readonly address: string; readonly pool: string } | undefined {
  for (const pool of pools)
    for (const address of addressesIn(pool)) if (conflict(world, service, address) === undefined) return { address, pool: pool.name };
  return undefined;
}

/** Why a Service cannot have an address that others have; undefined if it can. */
function conflict(world: World, service: ClusterObject, address: string): string | undefined {
  const others = world
    .all("", "Service")
    .filter((other) => other.metadata.uid !== service.metadata.uid && addressesOf(other).includes(address));
  const key = nameOf(service);
  if (others.some((other) => !mayShare(service, other))) {
    return `can't change sharing key for ${JSON.stringify(key)}, address also in use by ${others.map(nameOf).join(",")}`;
  }
  for (const other of others) {
    const taken = portsOf(service).find((port) => portsOf(other).includes(port));
    if (taken !== undefined) return `port ${taken} is already in use on ${JSON.stringify(address)}`;
  }
  return undefined;
}

function nameOf({ metadata: { namespace = "", name } }: ClusterObject): string {
  return `${namespace}/${name}`;
}

/** True if two Services have agreed to share an address: with `externalTrafficPolicy: Local` they must also lead to the same pods. */
function mayShare(a: ClusterObject, b: ClusterObject): boolean {
  const key = annotated(a, "allow-shared-ip") ?? "";
  return key !== "" && key === annotated(b, "allow-shared-ip") && backendOf(a) === backendOf(b);
}

function backendOf(service: ClusterObject): string {
  if (textAt(service, "spec", "externalTrafficPolicy") !== "Local") return "";
  const selector = Object.entries((fieldAt(service, "spec", "selector") ?? {}) as Readonly<Record<string, string>>);
  return selector
    .map(([label, value]) => `${label}=${value}`)
    .sort()
    .join(",");
}

function portsOf(service: ClusterObject): readonly string[] {
  return listAt(service, "spec", "ports").map((port) => `${textAt(port, "protocol") ?? "TCP"}/${String(fieldAt(port, "port"))}`);
}
