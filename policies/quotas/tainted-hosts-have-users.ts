import { mayRunOn } from "../../capacity/placement";
import { schedulableHosts, workers } from "../../components/nodes/schedulable";
import { isDaemonSet } from "../model/pods";
import { is } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";
import { userPlacement } from "../model/user-servers";
import { attemptOf, stackWorkloads } from "../model/workloads";

export const taintedHostsHaveUsers: SiteRule = {
  name: "tainted-hosts-have-users",
  pack: "quotas",
  title: "Every tainted host has a workload other than DaemonSets that tolerates its taints.",
  why: "Hosts whose taints nothing tolerates do nothing. Control-plane hosts are meant to be empty and are not judged. Whether a pod tolerates the hosts that it selects is judged by `pods-fit-a-host`.",
  sources: ["https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"],
  severity: "medium",
  enforcement: "advisory",
  remedy: "Take the taint off the pool in af:nodes, or let the workload that the hosts are for tolerate it.",
  frameworks: ["facility:Q-16"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    const placements = stackWorkloads(objects, hosts, attemptOf(on))
      .filter(({ object }) => !isDaemonSet(object))
      .map(({ placement }) => placement);
    forEachHub(objects, on, ({ hub }) => placements.push(userPlacement(hub)));
    for (const object of objects.filter((each) => is(each, "v1", "Node"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        const taints = object.root.at("spec", "taints");
        const host = workers(hosts).find(({ name }) => name === object.name);
        if (!host || taints.items().length === 0) return;
        const users = placements.filter((placement) => mayRunOn(placement, host)).length;
        judgement.compared(
          taints,
          { subject: host.name, resource: "workloads that may run there", unit: "count", need: 1n, have: BigInt(users) },
          `keep every workload of the stack off ${host.name}`,
        );
      });
    }
  },
};
