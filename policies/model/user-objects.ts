import type { Site } from "../../stacks/site/schema";
import { bytes } from "../../capacity/quantity";
import { clusterPods } from "../../components/hub/gateway-values";
import { keptSecrets } from "../../components/hub/users";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { is, releaseOf, type KubernetesObject } from "./objects";
import type { JudgementOf } from "./rules";
import type { HubNamespace } from "./hub-demand";
import { claimsOf } from "./demand";
import { attemptOf, stackWorkloads } from "./workloads";

/** Number of objects of one kind in a hub's namespace, those of users included, and what a quota allows of them. */
export interface ObjectCount {
  readonly quota: KubernetesObject;
  /** The key of the quota that bounds their number. */
  readonly key: string;
  /** How many there are with all users. */
  readonly need: bigint;
  /** How many the quota allows. */
  readonly hard: bigint;
}

/** Kinds of which a hub makes objects for its users. */
const USER_OBJECT_KINDS = ["Pod", "PersistentVolumeClaim", "Service", "Secret", "IngressRouteTCP"] as const;
type UserObjectKind = (typeof USER_OBJECT_KINDS)[number];

/** Objects of one user: those that are there while the server runs, and those that stay from the first start on. */
interface PerUser {
  readonly running: number;
  readonly registered: number;
}

/**
 * A user has a server while it runs, and a home that stays. With a Dask scheduler in the user's pod (af:hub.dask of kind sni) a Service and a route for each of
 * the two entry points run too, and a key and a certificate stay (docs/sources.md, Policies).
 */
function perUser(hub: Site["hub"]): Readonly<Record<UserObjectKind, PerUser>> {
  const sni = hub.dask.kind === "sni";
  return {
    Pod: { running: 1, registered: 0 },
    PersistentVolumeClaim: { running: 0, registered: 1 },
    Service: { running: sni ? 1 : 0, registered: 0 },
    Secret: { running: 0, registered: keptSecrets(hub) },
    IngressRouteTCP: { running: sni ? 2 : 0, registered: 0 },
  };
}

/** API version of each kind, and the keys by which a quota counts its objects. */
const COUNTED: Readonly<Record<UserObjectKind, { readonly apiVersion: string; readonly keys: readonly string[] }>> = {
  Pod: { apiVersion: "v1", keys: ["pods", "count/pods"] },
  PersistentVolumeClaim: { apiVersion: "v1", keys: ["persistentvolumeclaims", "count/persistentvolumeclaims"] },
  Service: { apiVersion: "v1", keys: ["services", "count/services"] },
  Secret: { apiVersion: "v1", keys: ["secrets", "count/secrets"] },
  IngressRouteTCP: { apiVersion: "traefik.io/*", keys: ["count/ingressroutetcps.traefik.io"] },
};

/** The object counts in a hub's namespace that its quotas bound. */
export function objectCounts({ members, quotas }: HubNamespace, site: Site, on: JudgementOf): readonly ObjectCount[] {
  const { registered, concurrent } = site.hub.users;
  const workloads = stackWorkloads(members, schedulableHosts(site), attemptOf(on));
  const pods = workloads.reduce((sum, { scale }) => sum + scale.pods + scale.surge, 0);
  const { dask } = site.hub;
  const hasGateway = members.some((member) => releaseOf(member)?.chart === "dask-gateway");
  const clusters = dask.kind === "gateway" && hasGateway ? clusterPods(dask).reduce((sum, { count }) => sum + count, 0) : 0;
  const claims = claimsOf(members, workloads, attemptOf(on)).reduce((sum, { count }) => sum + count, 0);
  // Of these others make more than the stack has: controllers pods, and StatefulSets claims.
  const made: Partial<Record<UserObjectKind, number>> = { Pod: pods + clusters, PersistentVolumeClaim: claims };
  const counts: ObjectCount[] = [];
  const numbers = perUser(site.hub);
  for (const kind of USER_OBJECT_KINDS) {
    const own = numbers[kind];
    // No user has objects of this kind. Charts make some, and their number is described nowhere, so the need is not known.
    if (own.running + own.registered === 0) continue;
    const { apiVersion, keys } = COUNTED[kind];
    const fixed = made[kind] ?? members.filter((member) => is(member, apiVersion, kind)).length;
    const need = BigInt(fixed + own.running * concurrent + own.registered * registered);
    for (const quota of quotas)
      on(quota).attempt(() => {
        for (const key of keys) {
          const hard = quota.root.at("spec", "hard", key).quantity();
          if (hard !== undefined) counts.push({ quota, key, need, hard: bytes(hard) });
        }
      });
  }
  return counts;
}
