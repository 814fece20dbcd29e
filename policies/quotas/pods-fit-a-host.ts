import { freeOf } from "../../capacity/allocatable";
import { candidates } from "../../capacity/placement";
import { podAmounts, type Amounts } from "../../capacity/requests";
import { amountText, marginOf, usedShare, unitOf, type Figure } from "../model/figures";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { isDaemonSet, podTemplateOf } from "../model/pods";
import type { SiteRule } from "../model/rules";
import { placementOf, resourcesOf } from "../model/pod-reading";
import { defaultsByNamespace, hostsWithDaemons, attemptOf, skipUnreadable, stackWorkloads } from "../model/workloads";

export const podsFitAHost: SiteRule = {
  name: "pods-fit-a-host",
  pack: "quotas",
  title: "Every single pod fits at least one host of the site that it may run on, beside what runs on all of them.",
  why: "A pod runs on one host, so free CPU and memory on several hosts do not help it. DaemonSets have a rule of their own, `daemons-fit-every-host`.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower the pod's requests, let it run on larger hosts (nodeSelector, affinity, tolerations), or add a host to af:nodes.",
  frameworks: ["facility:Q-14", "facility:Q-15"],
  scope: "site",
  check: (objects, site, on) => {
    const all = schedulableHosts(site);
    const hosts = hostsWithDaemons(all, stackWorkloads(objects, all, skipUnreadable));
    const defaults = defaultsByNamespace(objects, attemptOf(on));
    for (const object of objects) {
      const judgement = on(object);
      judgement.attempt(() => {
        const pod = podTemplateOf(object);
        if (!pod || object.partial || isDaemonSet(object)) return;
        const { requests } = podAmounts(resourcesOf(pod), defaults.get(object.namespace));
        const allowed = candidates(placementOf(pod), hosts);
        const [roomiest] = allowed
          .map((host) => figuresOf(host.name, allowed.length, requests, freeOf(host)))
          .sort((a, b) => tightest(a) - tightest(b));
        if (!roomiest) {
          judgement.countChecked();
          judgement.violation(pod.spec, "no host of the site has the labels that the pod asks for and only taints that it tolerates");
        }
        for (const figure of roomiest ?? []) judgement.compared(pod.spec, figure, problemOf(figure));
      });
    }
  },
};

function figuresOf(host: string, count: number, requests: Amounts, free: Amounts): readonly Figure[] {
  const subject =
    count === 1 ? `${host}, the only host that it may run on,` : `${host}, the roomiest of ${count} hosts that it may run on,`;
  return (["cpu", "memory"] as const).map((resource) => ({
    subject,
    resource,
    unit: unitOf(resource),
    need: requests[resource] ?? 0n,
    have: free[resource] ?? 0n,
  }));
}

function tightest(figures: readonly Figure[]): number {
  return Math.max(...figures.map(usedShare));
}

function problemOf(figure: Figure): string {
  const { subject, resource, unit, need, have } = figure;
  return `a pod asks for ${amountText(unit, need)} ${resource}; ${subject} has ${amountText(unit, have)} left beside its DaemonSets: ${amountText(unit, -marginOf(figure))} too few`;
}
