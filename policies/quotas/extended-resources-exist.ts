import type { Amounts } from "../../capacity/requests";
import { schedulableHosts } from "../../components/nodes/schedulable";
import type { SiteRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";
import { profilesOf } from "../model/user-servers";
import { attemptOf, stackWorkloads } from "../model/workloads";

export const extendedResourcesExist: SiteRule = {
  name: "extended-resources-exist",
  pack: "quotas",
  title: "The hosts have the GPUs and other devices that pods and profiles ask for.",
  why: "A pod that asks for a device which no host has is never scheduled.",
  sources: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Take the device out of the requests or the profile: no pool of af:nodes has it, and the pod would wait for ever.",
  frameworks: ["facility:Q-20"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    const offered = (resource: string) => hosts.reduce((sum, { allocatable }) => sum + (allocatable[resource] ?? 0n), 0n);
    for (const { object, pod, amounts, scale } of stackWorkloads(objects, hosts, attemptOf(on))) {
      const judgement = on(object);
      judgement.countChecked();
      for (const [resource, amount] of devices(amounts.requests))
        judgement.compared(pod.spec, {
          subject: `${object.kind} ${object.name}`,
          resource,
          unit: "count",
          need: amount * BigInt(scale.pods),
          have: offered(resource),
        });
    }
    forEachHub(objects, on, ({ hub }) => {
      for (const { name, field, amounts } of profilesOf(hub)) {
        on(hub.object).countChecked();
        for (const [resource, need] of devices(amounts.requests))
          on(hub.object).compared(field, { subject: `profile ${name}`, resource, unit: "count", need, have: offered(resource) });
      }
    });
  },
};

/** The extended resources among requests: their names have a domain, those of Kubernetes itself have none. */
function devices(requests: Amounts): readonly (readonly [resource: string, amount: bigint])[] {
  return Object.entries(requests).filter(([resource]) => resource.includes("/"));
}
