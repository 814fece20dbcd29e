import { rollouts, podsWithoutPlace } from "../capacity/packing-results";
import { packFacility, reportUnread } from "../capacity/pack-facility";
import type { SiteRule } from "../model/rules";

export const rolloutsHaveRoom: SiteRule = {
  name: "rollouts-have-room",
  pack: "quotas",
  title: "While a workload is rolled out there is a place for its new pods beside the old ones, with all users at work.",
  why: "A Deployment starts new pods before it ends old ones. Without room for them its rollout hangs.",
  sources: ["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment"],
  severity: "medium",
  enforcement: "advisory",
  remedy: "Set strategy Recreate or maxSurge 0, or leave room on the hosts on which it may run: otherwise the rollout hangs.",
  frameworks: ["facility:Q-18"],
  scope: "site",
  check: (objects, site, on) => {
    const facility = packFacility(objects, site);
    reportUnread(facility, on);
    for (const { workload, verdict } of rollouts(facility)) {
      const need = workload.pod.count + workload.surge;
      on(workload.object).compared(workload.object.root.at("spec"), {
        subject: workload.pod.name,
        resource: "pods while it is rolled out",
        unit: "count",
        need: BigInt(need),
        have: BigInt(need - podsWithoutPlace([verdict])),
      });
    }
  },
};
