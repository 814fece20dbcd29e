import { multiplied, smaller } from "../../capacity/quantity";
import { amountOf } from "../../capacity/requests";
import { unitOf } from "../model/figures";
import { schedulableHosts, workers } from "../../components/nodes/schedulable";
import { WHOLE_STACK, type KubernetesObject } from "../model/objects";
import { namespaceContents } from "../model/namespaces";
import type { SiteRule } from "../model/rules";
import { coversWholeNamespace } from "../model/quota-scopes";

export const quotasFitTheSite: SiteRule = {
  name: "quotas-fit-the-site",
  pack: "quotas",
  title: "The hosts offer what the quotas of all namespaces promise together, up to the overcommit that the site file allows.",
  why: "Each namespace may use up its quota. If all quotas together are more than the hosts offer, two namespaces can be promised the same memory. A site may allow that with af:tenancy.overcommit.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Lower quotas, add hosts to af:nodes, or raise af:tenancy.overcommit: what two namespaces are promised is missing when both need it.",
  frameworks: ["facility:Q-10"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = workers(schedulableHosts(site));
    for (const resource of ["cpu", "memory"] as const) {
      const promises: bigint[] = [];
      for (const { namespace, members } of namespaceContents(objects))
        on(namespace).attempt(() => {
          const amounts = members.flatMap((member) => promiseOf(member, resource));
          // All quotas of a namespace apply, so the smallest bounds it.
          if (amounts.length > 0) promises.push(amounts.reduce(smaller));
        });
      if (promises.length === 0) continue;
      const offered = hosts.reduce((sum, { allocatable }) => sum + (allocatable[resource] ?? 0n), 0n);
      const times = site.tenancy.overcommit[resource];
      on(WHOLE_STACK).compared(WHOLE_STACK.root, {
        subject: `the sum of ${promises.length} quotas`,
        resource: times === 1 ? resource : `${resource} (${times} times what the hosts offer)`,
        unit: unitOf(resource),
        need: promises.reduce((a, b) => a + b),
        have: multiplied(offered, times, "down"),
      });
    }
  },
};

function promiseOf(object: KubernetesObject, resource: "cpu" | "memory"): readonly bigint[] {
  if (!coversWholeNamespace(object)) return [];
  const hard = object.root.at("spec", "hard");
  const quantity = hard.at(`requests.${resource}`).quantity() ?? hard.at(resource).quantity();
  return quantity === undefined ? [] : [amountOf(resource, quantity)];
}
