/** Defaults for containers that ask for nothing: most charts do not, and a quota refuses such pods (guide chart-footprints.md §1, finding 1). */
export const CONTAINER_DEFAULTS = {
  defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
  default: { memory: "256Mi", "ephemeral-storage": "1Gi" },
};
