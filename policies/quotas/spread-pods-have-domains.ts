import { candidates } from "../../capacity/placement";
import type { Field } from "../model/field";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import { isDaemonSet } from "../model/pods";
import type { SiteRule } from "../model/rules";
import { selectorMatches } from "../model/pod-reading";
import { attemptOf, stackWorkloads, type StackWorkload } from "../model/workloads";

/** Rows Q-15 (topology keys) and Q-17 of the catalogue of quotas (guide policies.md §2.4). */
export const spreadPodsHaveDomains: SiteRule = {
  name: "spread-pods-have-domains",
  pack: "quotas",
  title: "Pods that must keep apart from each other have as many hosts, racks or zones as there are of them.",
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower the replicas, prefer instead of require, or let the pods run on more hosts; a topologyKey must be a label of the hosts.",
  frameworks: ["facility:Q-15", "facility:Q-17"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    const workloads = stackWorkloads(objects, hosts, attemptOf(on)).filter(({ object }) => !isDaemonSet(object));
    for (const workload of workloads) {
      const { object, pod, placement } = workload;
      const judgement = on(object);
      judgement.attempt(() => {
        const allowed = candidates(placement, hosts);
        const terms = pod.spec.at("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        for (const term of terms.items()) {
          const need = podsThatKeepApart(workload, term.at("labelSelector"), workloads);
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

/** A term counts here if the workload's own pods are among those that it keeps away; others of the same selector keep away too. */
function podsThatKeepApart({ object, pod }: StackWorkload, selector: Field, workloads: readonly StackWorkload[]): number {
  if (!selectorMatches(selector, pod.metadata.at("labels").texts())) return 0;
  return workloads
    .filter((other) => other.object.namespace === object.namespace && selectorMatches(selector, other.pod.metadata.at("labels").texts()))
    .reduce((sum, { scale }) => sum + scale.pods, 0);
}

function figureOf(subject: string, key: string, need: number, hosts: readonly SiteHost[]) {
  const domains = new Set(hosts.flatMap(({ labels }) => labels[key] ?? []));
  return { subject, resource: `values of ${key}`, unit: "count", need: BigInt(need), have: BigInt(domains.size) } as const;
}
