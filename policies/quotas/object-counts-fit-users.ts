import type { SiteRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";
import { objectCounts } from "../model/user-objects";

export const objectCountsFitUsers: SiteRule = {
  name: "object-counts-fit-users",
  pack: "quotas",
  title: "The quota of the hub's namespace admits as many objects as the hub makes for its users.",
  why: "A user server whose Secret, Service or claim the quota refuses does not start.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Raise the count in the hub's quota, or af:tenancy.pins.hub.pods, from which counts follow: a server whose Secret, Service or claim is refused does not start.",
  frameworks: ["facility:Q-07"],
  scope: "site",
  check: (objects, site, on) => {
    forEachHub(objects, on, (namespace) => {
      for (const { quota, key, need, hard } of objectCounts(namespace, site, on))
        on(quota).compared(quota.root.at("spec", "hard", key), {
          subject: `${namespace.hub.namespace} with its users`,
          resource: key,
          unit: "count",
          need,
          have: hard,
        });
    });
  },
};
