import type { PackHost, PackPod } from "./packing/model";
import { sumAmounts, type Amounts } from "./requests";
import { daemonHosts } from "./scale";

/** What a kubelet keeps back from pods: `kubeReserved`, `systemReserved` and the hard eviction thresholds, as amounts. */
export interface SetAside {
  readonly kube?: Amounts;
  readonly system?: Amounts;
  readonly eviction?: Amounts;
}

/**
 * What a host offers to pods: capacity less what the kubelet sets aside, at least nothing (upstream `pkg/kubelet/cm/node_container_manager_linux.go`,
 * GetNodeAllocatableReservation). A resource that the capacity does not name is not made by setting some of it aside.
 */
export function allocatable(capacity: Amounts, { kube = {}, system = {}, eviction = {} }: SetAside): Amounts {
  const aside = sumAmounts([kube, system, eviction]);
  return Object.fromEntries(
    Object.entries(capacity).map(([resource, amount]) => {
      const left = amount - (aside[resource] ?? 0n);
      return [resource, left > 0n ? left : 0n];
    }),
  );
}

/** Puts a pod of each DaemonSet on every host that it selects and tolerates (rule Q-11 of the catalogue, guide policies.md §2.4). */
export function withDaemons<Host extends Omit<PackHost, "standing">>(
  hosts: readonly Host[],
  daemons: readonly PackPod[],
): readonly (Host & PackHost)[] {
  const standing = new Map<string, PackPod[]>(hosts.map(({ name }) => [name, []]));
  for (const daemon of daemons) {
    const pod = { ...daemon, count: 1 };
    for (const { name } of daemonHosts(pod.placement ?? {}, hosts)) standing.get(name)?.push(pod);
  }
  return hosts.map((host) => ({ ...host, standing: standing.get(host.name) ?? [] }));
}

/** What is left of a host for pods that may go anywhere; negative if the pods that stand there ask for more than there is. */
export function freeOf({ allocatable: offered, standing = [] }: PackHost): Amounts {
  const free: Record<string, bigint> = { ...offered };
  for (const { requests, count } of standing)
    for (const [resource, amount] of Object.entries({ ...requests, pods: 1n }))
      free[resource] = (free[resource] ?? 0n) - amount * BigInt(count);
  return free;
}
