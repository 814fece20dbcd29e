import { freeOf } from "../../capacity/allocatable";
import { usedShare, unitOf, type Figure } from "../model/figures";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { isDaemonSet } from "../model/pods";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { hostsWithDaemons, attemptOf, stackWorkloads } from "../model/workloads";

export const daemonsFitEveryHost: SiteRule = {
  name: "daemons-fit-every-host",
  pack: "quotas",
  title: "The pods of all DaemonSets together fit every host on which they run.",
  why: "A DaemonSet makes a pod for every host that it selects, whether the host has room or not. Image pullers are among them.",
  sources: ["https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower the requests of the DaemonSets, or keep some of them off the smallest hosts: their pods would wait there for ever.",
  frameworks: ["facility:Q-24"],
  scope: "site",
  check: (objects, site, on) => {
    const all = schedulableHosts(site);
    const daemons = stackWorkloads(objects, all, attemptOf(on)).filter(({ object }) => isDaemonSet(object));
    if (daemons.length === 0) return;
    for (const resource of ["cpu", "memory"] as const) {
      const [fullest] = hostsWithDaemons(all, daemons)
        .map((host): Figure => {
          const have = host.allocatable[resource] ?? 0n;
          const names = (host.standing ?? []).map(({ name }) => name).join(", ");
          return {
            subject: `${host.name} with ${names}`,
            resource,
            unit: unitOf(resource),
            need: have - (freeOf(host)[resource] ?? 0n),
            have,
          };
        })
        .sort((a, b) => usedShare(b) - usedShare(a));
      if (fullest) on(WHOLE_STACK).compared(WHOLE_STACK.root, fullest);
    }
  },
};
