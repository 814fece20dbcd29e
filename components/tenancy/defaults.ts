/**
 * Requests and limits of containers that name none. Most charts name none, and a quota refuses such pods
 * (https://kubernetes.io/docs/concepts/policy/resource-quotas/). Units are Kubernetes quantities; docs/sources.md, Defaults of containers,
 * says why these figures.
 */
export const CONTAINER_DEFAULTS = {
  defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
  default: { memory: "256Mi", "ephemeral-storage": "1Gi" },
};
