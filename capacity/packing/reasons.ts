/**
 * The scheduler's words for what keeps a pod from a host, in the order in which it asks its filters:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins
 */
export const REASON = {
  passedOver: "node(s) didn't satisfy plugin(s) [NodeAffinity]",
  name: "node(s) didn't match the requested node name",
  taints: "node(s) had untolerated taint(s)",
  selector: "node(s) didn't match Pod's node affinity/selector",
  ports: "node(s) didn't have free ports for the requested pod ports",
  volumes: "node(s) didn't match PersistentVolume's node affinity",
  spread: "node(s) didn't match pod topology spread constraints",
  spreadLabel: "node(s) didn't match pod topology spread constraints (missing required label)",
  affinity: "node(s) didn't match pod affinity rules",
  antiAffinity: "node(s) didn't match pod anti-affinity rules",
  standingAntiAffinity: "node(s) didn't satisfy existing pods anti-affinity rules",
} as const;

/** The scheduler's words for too little of a resource. */
export function insufficient(resource: string): string {
  return resource === "pods" ? "Too many pods" : `Insufficient ${resource}`;
}

/** One reason, and the hosts that refuse a pod for it. */
export interface Refusal {
  readonly reason: string;
  readonly hosts: readonly string[];
}

/** The message of the scheduler's FailedScheduling event: of all `hosts`, how many refuse the pod for each reason. */
export function eventMessage(refusals: readonly Refusal[], hosts: number): string {
  const counted = refusals.map(({ reason, hosts: refusing }) => `${refusing.length} ${reason}`).sort(byCodeUnits);
  return `0/${hosts} nodes are available:${counted.length === 0 ? "" : ` ${counted.join(", ")}.`}`;
}

/** Compares texts for sorting, in the same way whatever the locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
