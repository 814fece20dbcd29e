import { layout } from "../../capacity/packing/layout";
import { workloadId, type PackHost, type PackPod, type PlacedPods } from "../../capacity/packing/model";
import { freeOf } from "../../capacity/allocatable";
import type { PackFacility } from "../../policies/capacity/pack-facility";

/** Resources that a host can run out of. */
export const RESOURCES = ["cpu", "memory", "pods"] as const;
/** A resource that a host can run out of. */
export type Resource = (typeof RESOURCES)[number];

/** How much of a host is used once all pods are placed. */
export interface HostUse {
  readonly host: string;
  readonly pool: string;
  /** Millicores, bytes, pods. */
  readonly used: Readonly<Record<Resource, bigint>>;
  readonly of: Readonly<Record<Resource, bigint>>;
  /** The resource of which least is left. */
  readonly tightest: Resource;
}

/** The use of every host, the tightest first, in one of several possible placements; another one may have another tightest host. */
export function hostUse({ hosts, pods }: PackFacility): readonly HostUse[] {
  const placed = layout(hosts, pods);
  const uses = hosts.map((host) => useOf(host, host.pool, placedOn(host, placed, pods)));
  return uses.sort((a, b) => usedShareOfHost(b, b.tightest) - usedShareOfHost(a, a.tightest));
}

/** The used share of a resource, 0 to 1. */
export function usedShareOfHost({ used, of }: Pick<HostUse, "used" | "of">, resource: Resource): number {
  return of[resource] === 0n ? 0 : Number(used[resource]) / Number(of[resource]);
}

/** Pods of a placement on one host, each workload once with its count there. */
export function placedOn({ name }: Pick<PackHost, "name">, placed: readonly PlacedPods[], pods: readonly PackPod[]): readonly PackPod[] {
  const counts = new Map<string, number>();
  for (const each of placed) if (each.host === name) counts.set(workloadId(each), (counts.get(workloadId(each)) ?? 0) + each.count);
  return pods.flatMap((pod) => {
    const count = counts.get(workloadId(pod)) ?? 0;
    return count === 0 ? [] : [{ ...pod, count }];
  });
}

function useOf(host: PackHost, pool: string, here: readonly PackPod[]): HostUse {
  const { name, allocatable, standing = [] } = host;
  const free = freeOf({ ...host, standing: [...standing, ...here] });
  const of = { cpu: allocatable["cpu"] ?? 0n, memory: allocatable["memory"] ?? 0n, pods: allocatable["pods"] ?? 0n };
  const used = { cpu: of.cpu - (free["cpu"] ?? 0n), memory: of.memory - (free["memory"] ?? 0n), pods: of.pods - (free["pods"] ?? 0n) };
  const [tightest = "cpu"] = [...RESOURCES].sort((a, b) => usedShareOfHost({ used, of }, b) - usedShareOfHost({ used, of }, a));
  return { host: name, pool, used, of, tightest };
}
