import { everythingPlaced, namesIn } from "../capacity/packing-results";
import { packFacility, reportUnread } from "../capacity/pack-facility";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

export const placementIsCertain: SiteRule = {
  name: "placement-is-certain",
  pack: "quotas",
  title: "No pod is left waiting, whatever the order in which the scheduler takes pods and whatever hosts it chooses.",
  why: "The scheduler places one pod after another and does not look ahead, so it may leave a pod waiting for which a better order would have had a place.",
  sources: ["https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/"],
  severity: "medium",
  enforcement: "advisory",
  remedy:
    "Leave more room: npm run -s plan shows who waits, and names the keys of the site file that help. Pods of your own may have a higher priority, or run on more hosts.",
  frameworks: ["facility:Q-12"],
  scope: "site",
  check: (objects, site, on) => {
    const facility = packFacility(objects, site);
    reportUnread(facility, on);
    if (facility.pods.length > 0) on(WHOLE_STACK).countChecked();
    const risky = everythingPlaced(facility).pods.filter(({ verdict }) => verdict === "at risk");
    if (risky.length > 0)
      on(WHOLE_STACK).violation(
        WHOLE_STACK.root,
        `a place for all is found only in a good order; otherwise these may wait: ${namesIn(risky)}`,
      );
  },
};
