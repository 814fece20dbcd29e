import { freeOf } from "../../capacity/allocatable";
import { MAX_PODS, schedulableHosts, workers } from "../../components/nodes/schedulable";
import { isDaemonSet } from "../model/pods";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";
import { hostsWithDaemons, attemptOf, stackWorkloads } from "../model/workloads";

export const hostsHaveRoomForPods: SiteRule = {
  name: "hosts-have-room-for-pods",
  pack: "quotas",
  title: "All pods, with all user servers that run at once, are no more than the kubelets of the site admit.",
  why: "A kubelet runs 110 pods at most by default. This rule compares totals; which host takes which pod is for the rules about placement.",
  sources: ["https://kubernetes.io/docs/setup/best-practices/cluster-large/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower replicas or af:hub.users.concurrent, or add hosts to af:nodes: a kubelet admits 110 pods whatever their size.",
  frameworks: ["facility:Q-19"],
  scope: "site",
  check: (objects, site, on) => {
    const all = schedulableHosts(site);
    const workloads = stackWorkloads(objects, all, attemptOf(on));
    const hosts = hostsWithDaemons(all, workloads);
    if (workloads.length === 0) return;
    const judgement = on(WHOLE_STACK);
    const [fullest] = [...hosts].sort((a, b) => Number((freeOf(a)["pods"] ?? 0n) - (freeOf(b)["pods"] ?? 0n)));
    if (fullest)
      judgement.compared(WHOLE_STACK.root, {
        subject: `${fullest.name}, which has the most DaemonSets of ${hosts.length} hosts,`,
        resource: "pods",
        unit: "count",
        need: MAX_PODS - (freeOf(fullest)["pods"] ?? 0n),
        have: MAX_PODS,
      });
    let users = 0;
    forEachHub(objects, on, () => (users = site.hub.users.concurrent));
    const need = workloads.filter(({ object }) => !isDaemonSet(object)).reduce((sum, { scale }) => sum + scale.pods + scale.surge, users);
    const free = workers(hosts).reduce((sum, host) => sum + (freeOf(host)["pods"] ?? 0n), 0n);
    judgement.compared(WHOLE_STACK.root, {
      subject: `the stack with ${users} users`,
      resource: "pods beside DaemonSets",
      unit: "count",
      need: BigInt(need),
      have: free,
    });
  },
};
