import { drains } from "../capacity/packing-results";
import { packFacility, reportUnread } from "../capacity/pack-facility";
import type { SiteRule } from "../model/rules";
import { compareAfterWorstLoss } from "../capacity/platform-survival";

export const platformSurvivesAHost: SiteRule = {
  name: "platform-survives-a-host",
  pack: "quotas",
  title: "With any one host gone, everything that users do not start themselves still has a place.",
  why: "Hosts fail and are drained, and what users do not start themselves must go on. Whether all users still fit is shown by the plan, and is no condition.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Let the pods that would wait run on more hosts, lower their requests, or add a host like the lost one to af:nodes.",
  frameworks: ["facility:Q-13"],
  scope: "site",
  check: (objects, site, on) => {
    const facility = packFacility(objects, site);
    reportUnread(facility, on);
    compareAfterWorstLoss(
      facility,
      drains(facility).map(({ loss }) => loss),
      ({ hosts }) => hosts.join(", "),
      on,
    );
  },
};
