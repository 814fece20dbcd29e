import { compareWithQuota } from "../../capacity/quota";
import { unitOf } from "../model/figures";
import type { SiteRule } from "../model/rules";
import { forEachHub, hubUsage } from "../model/hub-demand";

export const usersFitTheHubQuota: SiteRule = {
  name: "users-fit-the-hub-quota",
  pack: "quotas",
  title: "The quota of the hub's namespace has room for all users that the site expects at once, and for everybody's home.",
  why: "The quota of the hub's namespace bounds the users' servers and homes too, which are not in the stack. With a quota for the hub alone nobody could start a server.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Raise the quota in af:tenancy.pins.hub, or lower af:hub.users, the default profile or the size of homes.",
  frameworks: ["facility:Q-06"],
  scope: "site",
  check: (objects, site, on) => {
    forEachHub(objects, on, (namespace) => {
      const used = hubUsage(namespace, site, on);
      const { registered, concurrent } = site.hub.users;
      for (const quota of namespace.quotas) {
        on(quota).attempt(() => {
          for (const { key, resource, need, have } of compareWithQuota(used, quota.root.at("spec", "hard").quantities())) {
            if (key === "services.loadbalancers") continue;
            on(quota).compared(quota.root.at("spec", "hard", key), {
              subject: `${namespace.hub.namespace} with ${concurrent} of ${registered} users`,
              resource: key,
              unit: unitOf(resource),
              need,
              have,
            });
          }
        });
      }
    });
  },
};
