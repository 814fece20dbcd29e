import { is, type KubernetesObject } from "./objects";
import type { PodTemplate } from "./pods";
import { skipUnreadable } from "./workloads";

/** Where pods and accounts say whether the kubelet mounts a token. */
export const AUTOMOUNT = "automountServiceAccountToken";

/** The name of the account that a pod asks for; undefined if it names none, and so runs as `default`. */
export function accountNameOf({ spec }: PodTemplate): string | undefined {
  return spec.at("serviceAccountName").text() || spec.at("serviceAccount").text() || undefined;
}

/** The account as which a pod runs, with its namespace: `cmsaf-prod/hub`. */
export function accountOf(pod: PodTemplate): string {
  return `${pod.object.namespace}/${accountNameOf(pod) ?? "default"}`;
}

/** Accounts, by namespace and name, whose own object says that no token is mounted. One that cannot be read says nothing. */
export function closedAccounts(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const closed = new Set<string>();
  for (const object of objects)
    skipUnreadable(object, () => {
      if (is(object, "v1", "ServiceAccount") && object.root.at(AUTOMOUNT).boolean() === false)
        closed.add(`${object.namespace}/${object.name}`);
    });
  return closed;
}

/**
 * True if a pod has a token of its account: mounted by itself, or projected into a volume. The pod's own word comes before its account's
 * (https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting).
 * @param closed as {@link closedAccounts} finds them.
 */
export function holdsToken(pod: PodTemplate, closed: ReadonlySet<string>): boolean {
  if (pod.spec.at(AUTOMOUNT).boolean() ?? !closed.has(accountOf(pod))) return true;
  const sources = pod.spec
    .at("volumes")
    .items()
    .flatMap((volume) => volume.at("projected", "sources").items());
  return sources.some((source) => source.at("serviceAccountToken").given);
}
