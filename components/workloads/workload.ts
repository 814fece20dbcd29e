import type {
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1PersistentVolumeClaim,
  V1PodDisruptionBudget,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import type { Manifest } from "../manifest";

/** Objects of the kinds that cost a facility pods, volumes or addresses, and budgets, which say when pods may leave a host. */
export type Workload =
  V1Deployment | V1StatefulSet | V1DaemonSet | V1Job | V1CronJob | V1PersistentVolumeClaim | V1Service | V1PodDisruptionBudget;

/** API version and kind of each {@link Workload}. */
export const WORKLOAD_TYPES = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["batch/v1", "Job"],
  ["batch/v1", "CronJob"],
  ["v1", "PersistentVolumeClaim"],
  ["v1", "Service"],
  ["policy/v1", "PodDisruptionBudget"],
] as const;

/** True if the object's API version and kind are listed in {@link WORKLOAD_TYPES}. */
export function isWorkload(object: Manifest): object is Manifest & Workload {
  return WORKLOAD_TYPES.some(([apiVersion, kind]) => object.apiVersion === apiVersion && object.kind === kind);
}

/** The fields of a pod spec that list containers, in the order in which the containers start. */
export const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;
