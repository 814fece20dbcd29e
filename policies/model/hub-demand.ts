import { quotaUsage } from "../../capacity/quota";
import { bytes } from "../../capacity/quantity";
import type { Amounts } from "../../capacity/requests";
import { serversAtOnce } from "../../components/hub/users";
import type { Site } from "../../stacks/site/schema";
import { schedulableHosts } from "../../components/nodes/schedulable";
import type { KubernetesObject } from "./objects";
import type { JudgementOf } from "./rules";
import { claimsOf } from "./demand";
import { coversWholeNamespace } from "./quota-scopes";
import { hubReleaseOf, profilesOf, type HubRelease, type Profile } from "./user-servers";
import { defaultsByNamespace, attemptOf, skipUnreadable, stackWorkloads } from "./workloads";

/** The namespace of a hub, with its objects and with the quotas that cover all of it. */
export interface HubNamespace {
  readonly hub: HubRelease;
  readonly members: readonly KubernetesObject[];
  readonly quotas: readonly KubernetesObject[];
}

/** Calls a check for every hub of the stack. A release that cannot be read is a finding about that release. */
export function forEachHub(objects: readonly KubernetesObject[], on: JudgementOf, check: (namespace: HubNamespace) => void): void {
  for (const object of objects) {
    on(object).attempt(() => {
      const hub = hubReleaseOf(object);
      if (!hub) return;
      const members = objects.filter(({ namespace }) => namespace === hub.namespace);
      check({ hub, members, quotas: members.filter(coversWholeNamespace) });
    });
  }
}

/**
 * Use of a hub's namespace by quota key, with the user servers that the site expects at once and a home for every registered user: a quota counts the pods
 * that run and the claims that exist.
 */
export function hubUsage({ hub, members }: HubNamespace, site: Site, on: JudgementOf): Amounts {
  const workloads = stackWorkloads(members, schedulableHosts(site), attemptOf(on));
  const profiles = profilesOf(hub, defaultsByNamespace(members, skipUnreadable).get(hub.namespace));
  const home = hub.values.at("singleuser", "storage", "capacity").quantity();
  return quotaUsage({
    pods: [...workloads, ...expectedServers(profiles, site)],
    claims: [
      ...claimsOf(members, workloads, attemptOf(on)),
      ...(home === undefined ? [] : [{ bytes: bytes(home), count: site.hub.users.registered }]),
    ],
    loadBalancers: 0,
  });
}

/**
 * The user servers that run at once: each profile as often as the site file says for the profile at the same place, and the default profile for all other
 * users.
 */
export function expectedServers(profiles: readonly Profile[], { hub }: Site) {
  const counts = serversAtOnce(hub).map(({ count }) => count);
  const chosen = profiles.map(({ isDefault }, index) => (isDefault ? 0 : (counts[index] ?? 0)));
  const rest = hub.users.concurrent - chosen.reduce((sum, count) => sum + count, 0);
  return profiles.map((profile, index) => ({ ...profile, scale: { pods: profile.isDefault ? rest : (chosen[index] ?? 0), surge: 0 } }));
}
