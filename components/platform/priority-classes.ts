/**
 * The facility's priority classes, which say whose pods stay when hosts are full. From first to last: storage (the system's classes),
 * ingress and hub, other services that have one pod each, pods without a class (value 0), tasks, user servers, placeholders. Only the order of the values
 * matters; we chose powers of ten, so that a site has room for classes between them.
 */
export const PRIORITIES = {
  "facility-front": {
    value: 100_000,
    preemptionPolicy: "PreemptLowerPriority",
    description: "Ingress and hub: without them nobody gets in, so user servers make room",
  },
  "facility-services": {
    value: 10_000,
    preemptionPolicy: "PreemptLowerPriority",
    description: "Access point, Prometheus and its exporter: one pod each, on few hosts",
  },
  // The charts give no class, so these pods would have the value 0 and evict user servers, which would lose what they compute.
  "facility-tasks": {
    value: -1,
    preemptionPolicy: "Never",
    description:
      "Transformers of ServiceX and clusters of Dask Gateway: they take room that is free before user servers do, and evict nobody",
  },
  // No more than user servers: a pod of a higher priority that waits would take the place that a server has made for itself.
  "facility-event-tasks": {
    value: -10,
    preemptionPolicy: "Never",
    description: "The same while places are kept for an event: they wait for room as user servers do, and evict nobody",
  },
  // A class's policy is fixed, so that user servers get another class while there are placeholders.
  "facility-event-users": {
    value: -10,
    preemptionPolicy: "PreemptLowerPriority",
    description: "User servers while places are kept for an event: only placeholders are below them, and those they evict",
  },
  "facility-placeholders": {
    value: -20,
    preemptionPolicy: "Never",
    description: "They keep places for servers of an event, and do nothing",
  },
  "facility-users": { value: -10, preemptionPolicy: "Never", description: "User servers: the first to wait, and they evict nobody" },
} as const;

/** Name of one of the facility's priority classes. */
export type PriorityClassName = keyof typeof PRIORITIES;

/** Priority class of ingress and hub. */
export const FRONT: PriorityClassName = "facility-front";
/** Priority class of services that users do not see but depend on. */
export const SERVICES: PriorityClassName = "facility-services";
/** Priority class of what users' requests start beside their servers. */
export const TASKS: PriorityClassName = "facility-tasks";
/** Priority class of the same while places are kept for an event. */
export const EVENT_TASKS: PriorityClassName = "facility-event-tasks";
/** Priority class of user servers while places are kept for an event. */
export const EVENT_USERS: PriorityClassName = "facility-event-users";
/** Priority class of pods that keep places for user servers. */
export const PLACEHOLDERS: PriorityClassName = "facility-placeholders";
/** Priority class of user servers. */
export const USERS: PriorityClassName = "facility-users";

/** Values of the classes that every cluster has (https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/scheduling/types.go). */
const SYSTEM = { "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000 } as const;

/**
 * Names of all classes whose value is above the highest of the given classes; undefined stands for a pod without a class, whose value is 0.
 */
export function classesAbove(used: readonly (string | undefined)[]): readonly string[] {
  const values: Readonly<Record<string, number>> = {
    ...SYSTEM,
    ...Object.fromEntries(Object.entries(PRIORITIES).map(([name, { value }]) => [name, value])),
  };
  const highest = Math.max(0, ...used.map((name) => (name === undefined ? 0 : (values[name] ?? 0))));
  return Object.entries(values)
    .filter(([, value]) => value > highest)
    .map(([name]) => name);
}
