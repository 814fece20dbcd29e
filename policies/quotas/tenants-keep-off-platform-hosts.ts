import { mayRunOn, type PodPlacement } from "../../capacity/placement";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import type { SiteRule } from "../model/rules";
import { isTenant, namespaceRoles } from "../model/roles";
import { forEachHub } from "../model/hub-demand";
import { userPlacement } from "../model/user-servers";
import { attemptOf, stackWorkloads } from "../model/workloads";

export const tenantsKeepOffPlatformHosts: SiteRule = {
  name: "tenants-keep-off-platform-hosts",
  pack: "quotas",
  title: "No pod that runs users' code may run on control-plane hosts or on hosts that are tainted for storage alone.",
  why: "Code of users on a control-plane host or on a host of Ceph can take the whole cluster down.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Take the toleration away, or select the hosts that are for users.",
  frameworks: ["facility:Q-16"],
  scope: "site",
  check: (objects, site, on) => {
    const platform = schedulableHosts(site).filter(isForPlatform);
    const roles = namespaceRoles(objects);
    const hostFor = (placement: PodPlacement) => platform.find((host) => mayRunOn(placement, host));
    for (const { object, pod, placement } of stackWorkloads(objects, undefined, attemptOf(on))) {
      if (!isTenant(roles.get(object.namespace))) continue;
      const judgement = on(object);
      judgement.countChecked();
      const host = hostFor(placement);
      if (host) judgement.violation(pod.spec.at("tolerations"), problemOf("a pod", host));
    }
    forEachHub(objects, on, ({ hub }) => {
      const judgement = on(hub.object);
      judgement.countChecked();
      const host = hostFor(userPlacement(hub));
      if (host) judgement.violation(hub.values.at("singleuser", "extraTolerations"), problemOf("a user's server", host));
    });
  },
};

function isForPlatform({ uses, taints }: SiteHost): boolean {
  if (uses.includes("control-plane")) return true;
  return uses.every((use) => use === "ceph") && taints.some(({ effect }) => effect !== "PreferNoSchedule");
}

function problemOf(who: string, { name, pool, uses }: SiteHost): string {
  return `${who} may run on ${name} of pool ${pool}, which is for ${uses.join(" and ")} alone`;
}
