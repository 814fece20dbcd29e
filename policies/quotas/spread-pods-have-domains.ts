import { labelOf } from "../../capacity/labels";
import { candidates } from "../../capacity/placement";
import type { Field } from "../model/field";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import { isDaemonSet } from "../model/pods";
import type { SiteRule } from "../model/rules";
import { selectorMatches } from "../model/pod-reading";
import { SelectedPods } from "../model/selected-pods";
import { attemptOf, stackWorkloads, type StackWorkload } from "../model/workloads";

export const spreadPodsHaveDomains: SiteRule = {
  name: "spread-pods-have-domains",
  pack: "quotas",
  title: "Pods that must keep apart from each other have as many hosts, racks or zones as there are of them.",
  why: "A pod that must not share a host or a rack with others waits if there are fewer of them than pods.",
  sources: ["https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower the replicas, prefer instead of require, or let the pods run on more hosts; a topologyKey must be a label of the hosts.",
  frameworks: ["facility:Q-15", "facility:Q-17"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    const workloads = stackWorkloads(objects, hosts, attemptOf(on)).filter(({ object }) => !isDaemonSet(object));
    const selected = new SelectedPods(workloads);
    for (const workload of workloads) {
      const { object, pod, placement } = workload;
      const judgement = on(object);
      judgement.attempt(() => {
        const allowed = candidates(placement, hosts);
        const terms = pod.spec.at("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        for (const term of terms.items()) {
          const need = podsThatKeepApart(workload, term.at("labelSelector"), selected);
          const key = term.at("topologyKey");
          if (need > 0) judgement.compared(key, figureOf(object.name, key.text() ?? "", need, allowed));
        }
        for (const constraint of pod.spec.at("topologySpreadConstraints").items()) {
          if (constraint.at("whenUnsatisfiable").text() === "ScheduleAnyway") continue;
          const key = constraint.at("topologyKey");
          judgement.compared(key, figureOf(object.name, key.text() ?? "", constraint.at("minDomains").number() ?? 1, allowed));
        }
      });
    }
  },
};

/**
 * Number of pods that an anti-affinity term keeps apart from each other: those of all workloads in the namespace that its selector matches; 0 if it does not
 * match the pods of the workload itself.
 */
function podsThatKeepApart({ object, pod }: StackWorkload, selector: Field, selected: SelectedPods): number {
  if (!selectorMatches(selector, pod.metadata.at("labels").texts())) return 0;
  return selected.by(selector, object.namespace).reduce((sum, { pods }) => sum + pods, 0);
}

function figureOf(subject: string, key: string, need: number, hosts: readonly SiteHost[]) {
  const domains = new Set(hosts.flatMap(({ labels }) => labelOf(labels, key) ?? []));
  return { subject, resource: `values of ${key}`, unit: "count", need: BigInt(need), have: BigInt(domains.size) } as const;
}
