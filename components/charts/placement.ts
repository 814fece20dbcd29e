import type { V1Affinity, V1PodSpec, V1Toleration } from "@kubernetes/client-node";
import type { ContainerLimits } from "../workloads/kit";

/** Keys of a pod that most charts have, with the values that most give them. */
export const POD = {
  resources: {} as ContainerLimits,
  nodeSelector: {} as Readonly<Record<string, string>>,
  affinity: {} as V1Affinity,
  tolerations: [] as readonly V1Toleration[],
};

/** Where values let a pod run. The copies are meant: a map or a list that is not known yet refuses to be copied. */
export function placed({ nodeSelector, affinity, tolerations }: Omit<typeof POD, "resources">) {
  return { nodeSelector: { ...nodeSelector }, affinity, tolerations: [...tolerations] };
}

/** The priority class that values name; charts write an empty text for none. */
export function prioritized(priorityClassName: string): Pick<V1PodSpec, "priorityClassName"> {
  return priorityClassName !== "" ? { priorityClassName } : {};
}
