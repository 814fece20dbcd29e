import type { V1PodSecurityContext } from "@kubernetes/client-node";

/** User and group of processes that own nothing. */
export const NOBODY = 65534;

/**
 * Security context of a pod at the level `restricted` of Pod Security
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/) whose processes are one user. With the user's group the kubelet lets them read the
 * Secrets and write the volumes that are mounted.
 * @param id of the user and of its group.
 */
export function runAs(id: number): V1PodSecurityContext {
  return { runAsNonRoot: true, runAsUser: id, runAsGroup: id, fsGroup: id, seccompProfile: { type: "RuntimeDefault" } };
}
