/**
 * Who stays when hosts are full: storage (the system's classes), ingress and hub, the other services that have one pod each, everything
 * without a class, and last the user servers.
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
    description: "Access point and Prometheus: one pod each, on few hosts",
  },
  "facility-users": { value: -10, preemptionPolicy: "Never", description: "User servers: the first to wait, and they evict nobody" },
} as const;

export type PriorityClassName = keyof typeof PRIORITIES;

/** Of ingress and hub. */
export const FRONT: PriorityClassName = "facility-front";
/** Of what users do not meet but depend on. */
export const SERVICES: PriorityClassName = "facility-services";
/** Of user servers. */
export const USERS: PriorityClassName = "facility-users";

/** Classes that every cluster has (kubernetes/kubernetes, pkg/apis/scheduling/types.go). */
const SYSTEM = { "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000 } as const;

/** Classes above the highest of those given; a pod without a class has 0. */
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
