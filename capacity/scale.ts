import { candidates, type LabelledHost, type PodPlacement } from "./placement";

/** How many pods a workload makes. */
export interface Scale {
  /** Pods when nothing is being changed. */
  readonly pods: number;
  /** Further pods that live at the same time while a change is rolled out. */
  readonly surge: number;
}

/** What decides how many pods a workload makes. What is left out has the default of the API server. */
export type ScaledWorkload =
  | { readonly kind: "Pod" }
  | { readonly kind: "Deployment"; readonly replicas?: number; readonly recreate?: boolean; readonly maxSurge?: number | string }
  | { readonly kind: "StatefulSet" | "ReplicaSet"; readonly replicas?: number }
  | { readonly kind: "DaemonSet"; readonly placement: PodPlacement }
  | { readonly kind: "Job"; readonly parallelism?: number; readonly completions?: number; readonly suspend?: boolean }
  | { readonly kind: "CronJob"; readonly parallelism?: number; readonly completions?: number; readonly concurrencyPolicy?: string };

/**
 * Taints that the DaemonSet controller lets its pods tolerate:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/daemon/util/daemonset_util.go
 */
const DAEMON_TOLERATIONS = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists" },
];

/**
 * How many pods a workload makes at full scale. A DaemonSet makes one on every host that it selects and tolerates; it counts one where the hosts are not
 * given. A CronJob counts two of its jobs if it lets them overlap: more than two overlap only if a job runs longer than the schedule's interval.
 */
export function scaleOf(workload: ScaledWorkload, hosts: readonly LabelledHost[] | undefined): Scale {
  switch (workload.kind) {
    case "Pod":
      return { pods: 1, surge: 0 };
    case "Deployment": {
      const pods = workload.replicas ?? 1;
      return { pods, surge: workload.recreate ? 0 : surgeOf(pods, workload.maxSurge ?? "25%") };
    }
    case "StatefulSet":
    case "ReplicaSet":
      return { pods: workload.replicas ?? 1, surge: 0 };
    case "DaemonSet":
      return { pods: hosts === undefined ? 1 : daemonHosts(workload.placement, hosts).length, surge: 0 };
    case "Job":
      return { pods: workload.suspend ? 0 : atOnce(workload), surge: 0 };
    case "CronJob":
      return { pods: atOnce(workload), surge: workload.concurrencyPolicy === "Forbid" ? 0 : atOnce(workload) };
  }
}

/** The hosts on which a DaemonSet puts a pod: those that it selects, and whose taints it or its controller tolerates. */
export function daemonHosts<Host extends LabelledHost>(placement: PodPlacement, hosts: readonly Host[]): readonly Host[] {
  return candidates({ ...placement, tolerations: [...(placement.tolerations ?? []), ...DAEMON_TOLERATIONS] }, hosts);
}

/** Pods above the replicas. The Deployment controller rounds a percentage up. */
function surgeOf(pods: number, maxSurge: number | string): number {
  const share = /^(\d+)%$/.exec(String(maxSurge))?.[1];
  const surge = share === undefined ? Number(maxSurge) : Math.ceil((pods * Number(share)) / 100);
  return pods === 0 ? 0 : surge;
}

function atOnce({ parallelism = 1, completions }: { readonly parallelism?: number; readonly completions?: number }): number {
  return completions === undefined ? parallelism : Math.min(parallelism, completions);
}
