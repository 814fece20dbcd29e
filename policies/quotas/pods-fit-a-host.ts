import { candidates, type Placement, type SchedulableHost } from "../../capacity/placement";
import { formatBytes, formatCpu } from "../../capacity/quantity";
import { podAmounts } from "../../capacity/requests";
import type { KubernetesObject } from "../objects";
import { schedulableHosts } from "../hosts";
import { podTemplateOf } from "../pods";
import type { SiteRule } from "../rules";
import { containerDefaults, placementOf, resourcesOf } from "./pod-reading";

/** Row Q-14 of the catalogue of quotas (guide policies.md §2.4), against all of a host: what is set aside comes off it later. */
export const podsFitAHost: SiteRule = {
  name: "pods-fit-a-host",
  pack: "quotas",
  title: "Every single pod fits at least one host of the site that it may run on.",
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower the pod's requests, let it run on larger hosts (nodeSelector, affinity, tolerations), or add a host to af:nodes.",
  frameworks: ["facility:Q-14", "facility:Q-15"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    for (const object of objects) {
      const judgement = on(object);
      judgement.part(() => {
        const pod = podTemplateOf(object);
        if (!pod || object.partial) return;
        judgement.looked();
        const defaults = containerDefaults(objects.filter((other) => other.kind === "LimitRange" && other.namespace === object.namespace));
        const { requests } = podAmounts(resourcesOf(pod), defaults);
        const problem = misfit(object, placementOf(pod), requests["cpu"] ?? 0n, requests["memory"] ?? 0n, hosts);
        if (problem) judgement.violation(pod.spec, problem);
      });
    }
  },
};

function misfit(
  object: KubernetesObject,
  placement: Placement,
  cpu: bigint,
  memory: bigint,
  hosts: readonly SchedulableHost[],
): string | undefined {
  const allowed = candidates(placement, hosts);
  if (allowed.length === 0) {
    // A DaemonSet that selects nothing makes no pods: nothing is pending.
    return object.kind === "DaemonSet"
      ? undefined
      : "no host of the site has the labels that the pod asks for and only taints that it tolerates";
  }
  if (allowed.some((host) => host.cpu >= cpu && host.memory >= memory)) return undefined;
  const most = (amount: (host: SchedulableHost) => bigint) => allowed.map(amount).reduce((a, b) => (a > b ? a : b));
  const [cpus, memories] = [most((host) => host.cpu), most((host) => host.memory)];
  return `a pod asks for ${formatCpu(cpu)} CPU and ${formatBytes(memory)}; of the ${allowed.length} hosts that it may run on none has both (at most ${formatCpu(cpus)} CPU, at most ${formatBytes(memories)})`;
}
