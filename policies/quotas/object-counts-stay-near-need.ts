import type { SiteRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";
import { objectCounts } from "../model/user-objects";

export const objectCountsStayNearNeed: SiteRule = {
  name: "object-counts-stay-near-need",
  pack: "quotas",
  title: "The quota of the hub's namespace admits at most twice the objects that its users need.",
  why: "A count far above the need does not stop a hub that makes objects without end.",
  sources: [],
  severity: "low",
  enforcement: "advisory",
  remedy:
    "Lower the count in the hub's quota, or af:tenancy.pins.hub.pods, from which counts follow: a count far above the need does not stop a hub that makes objects without end.",
  frameworks: ["facility:Q-07"],
  scope: "site",
  check: (objects, site, on) => {
    forEachHub(objects, on, (namespace) => {
      for (const { quota, key, need, hard } of objectCounts(namespace, site, on))
        on(quota).compared(
          quota.root.at("spec", "hard", key),
          { subject: `the quota's ${key}`, resource: `twice the need of ${key}`, unit: "count", need: hard, have: need * 2n },
          `admits ${hard} ${key}, and ${namespace.hub.namespace} needs ${need} with all users; allowed: at most twice that`,
        );
    });
  },
};
