import type { Site } from "../../stacks/site/schema";
import { bytes } from "../../capacity/quantity";
import { schedulableHosts } from "../../components/nodes/schedulable";
import type { KubernetesObject } from "./objects";
import type { JudgementOf } from "./rules";
import type { HubNamespace } from "./hub-demand";
import { attemptOf, stackWorkloads } from "./workloads";

/** Objects of one kind in a hub's namespace, with the users' own. */
export interface ObjectCount {
  readonly quota: KubernetesObject;
  /** The key of the quota that bounds them. */
  readonly key: string;
  readonly need: bigint;
  readonly hard: bigint;
}

/**
 * What a hub makes for a user while the server runs, and what stays: a server and a home each. With a scheduler in each user's pod also a
 * Service, a key and a certificate that stay, and a route for each of Dask's two entry points (guide jupyterhub-and-dask.md §3.2 and §5.2).
 */
function perUser({ dask }: Site["hub"]): Readonly<Record<string, { readonly running: number; readonly registered: number }>> {
  const sni = dask.kind === "sni";
  return {
    Pod: { running: 1, registered: 0 },
    PersistentVolumeClaim: { running: 0, registered: 1 },
    Service: { running: sni ? 1 : 0, registered: 0 },
    Secret: { running: 0, registered: sni ? 2 : 0 },
    IngressRouteTCP: { running: sni ? 2 : 0, registered: 0 },
  };
}

/** The keys that count objects of a kind. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Pod: ["pods", "count/pods"],
  PersistentVolumeClaim: ["persistentvolumeclaims", "count/persistentvolumeclaims"],
  Service: ["services", "count/services"],
  Secret: ["secrets", "count/secrets"],
  IngressRouteTCP: ["count/ingressroutetcps.traefik.io"],
};

/** Object counts that the quotas of a hub's namespace bound. */
export function objectCounts({ members, quotas }: HubNamespace, site: Site, on: JudgementOf): readonly ObjectCount[] {
  const { registered, concurrent } = site.hub.users;
  const workloads = stackWorkloads(members, schedulableHosts(site), attemptOf(on));
  const pods = workloads.reduce((sum, { scale }) => sum + scale.pods + scale.surge, 0);
  const counts: ObjectCount[] = [];
  for (const [kind, own] of Object.entries(perUser(site.hub))) {
    // Of what no user has, charts make some that nobody describes: nothing is known of the need.
    if (own.running + own.registered === 0) continue;
    const fixed = kind === "Pod" ? pods : members.filter((member) => member.kind === kind).length;
    const need = BigInt(fixed + own.running * concurrent + own.registered * registered);
    for (const quota of quotas)
      on(quota).attempt(() => {
        for (const key of KEYS[kind] ?? []) {
          const hard = quota.root.at("spec", "hard", key).quantity();
          if (hard !== undefined) counts.push({ quota, key, need, hard: bytes(hard) });
        }
      });
  }
  return counts;
}
