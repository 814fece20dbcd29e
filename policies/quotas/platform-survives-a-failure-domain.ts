import { domainLosses, DOMAIN_LABEL } from "../capacity/packing-results";
import { packFacility, reportUnread } from "../capacity/pack-facility";
import type { SiteRule } from "../model/rules";
import { compareAfterWorstLoss } from "../capacity/platform-survival";

export const platformSurvivesAFailureDomain: SiteRule = {
  name: "platform-survives-a-failure-domain",
  pack: "quotas",
  title: "With any one rack gone, everything that users do not start themselves and that may run elsewhere still has a place.",
  why: "One rack, room or power line fails as a whole, and what users do not start themselves must go on. Rules about Ceph judge what becomes of its data.",
  sources: [],
  severity: "medium",
  enforcement: "mandatory",
  remedy: "Let the pods that would wait run in more racks, lower their requests, or spread the hosts of af:nodes over more racks.",
  frameworks: ["facility:Q-13"],
  scope: "site",
  check: (objects, site, on) => {
    const facility = packFacility(objects, site);
    reportUnread(facility, on);
    const domainOf = (host: string | undefined) => facility.hosts.find(({ name }) => name === host)?.labels[DOMAIN_LABEL] ?? "";
    compareAfterWorstLoss(facility, domainLosses(facility), ({ hosts }) => `failure domain ${domainOf(hosts[0])}`, on);
  },
};
