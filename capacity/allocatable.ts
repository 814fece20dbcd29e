import { larger } from "./quantity";
import type { PackHost, PackPod } from "./packing/model";
import { sumAmounts, type Amounts } from "./requests";
import { daemonHosts } from "./scale";

/** What a kubelet keeps back from pods: `kubeReserved`, `systemReserved` and the hard eviction thresholds, in millicores, bytes and counts. */
export interface SetAside {
  readonly kube?: Amounts;
  readonly system?: Amounts;
  readonly eviction?: Amounts;
}

/**
 * What a host offers to pods, by resource: its capacity less what the kubelet sets aside, and never less than 0. A resource that the capacity does not
 * name stays absent, even where some of it is set aside. As GetNodeAllocatableReservation does it:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/cm/node_container_manager_linux.go
 */
export function allocatable(capacity: Amounts, { kube = {}, system = {}, eviction = {} }: SetAside): Amounts {
  const aside = sumAmounts([kube, system, eviction]);
  return Object.fromEntries(Object.entries(capacity).map(([resource, amount]) => [resource, larger(amount - (aside[resource] ?? 0n), 0n)]));
}

/** The hosts with a pod of each DaemonSet standing on every host that the DaemonSet selects and whose taints it tolerates: docs/sources.md, Capacity. */
export function withDaemons<Host extends Omit<PackHost, "standing">>(
  hosts: readonly Host[],
  daemons: readonly PackPod[],
): readonly (Host & PackHost)[] {
  const pods = daemons.map((daemon) => ({ ...daemon, count: 1 }));
  return hosts.map((host) => ({ ...host, standing: pods.filter(({ placement = {} }) => daemonHosts(placement, [host]).length > 0) }));
}

/** What the pods that stand on a host leave of it, in millicores, bytes and counts; negative if they ask for more than there is. */
export function freeOf({ allocatable: offered, standing = [] }: PackHost): Amounts {
  const free: Record<string, bigint> = { ...offered };
  for (const { requests, count } of standing)
    for (const [resource, amount] of Object.entries({ ...requests, pods: 1n }))
      free[resource] = (free[resource] ?? 0n) - amount * BigInt(count);
  return free;
}
