import { compareWithQuota, quotaUsage } from "../../capacity/quota";
import { podAmounts } from "../../capacity/requests";
import { unitOf } from "../model/figures";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { podOf } from "../../components/parts";
import { TRANSFORMER_CONTAINERS } from "../../components/servicex/transformers";
import { releaseOf } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { coversWholeNamespace } from "../model/quota-scopes";
import { defaultsByNamespace, attemptOf, skipUnreadable, stackWorkloads } from "../model/workloads";

export const transformersFitTheirQuota: SiteRule = {
  name: "transformers-fit-their-quota",
  pack: "quotas",
  title: "The quota of the namespace of ServiceX has room for all transformers that one request may get.",
  why: "A transformer that the quota refuses does not start, so a request gets fewer than its maximum. ServiceX itself runs in the same namespace.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Raise the quota in af:tenancy.pins.servicex, or lower af:servicex.transformers.max.",
  frameworks: ["facility:Q-22"],
  scope: "site",
  check: (objects, site, on) => {
    for (const object of objects)
      on(object).attempt(() => {
        const release = releaseOf(object);
        if (release?.chart !== "servicex") return;
        const members = objects.filter(({ namespace }) => namespace === release.namespace);
        const workloads = stackWorkloads(members, schedulableHosts(site), attemptOf(on));
        const transformer = release.values.at("transformer");
        const told = (key: string, otherwise: string): string => transformer.at(key).quantity() ?? otherwise;
        const most = transformer.at("autoscaler", "maxReplicas").count() ?? 20;
        // What is not told is the chart's default (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/values.yaml).
        const resources = {
          requests: { cpu: told("cpuRequest", "500m"), memory: told("memoryRequest", "512Mi") },
          limits: { cpu: told("cpuLimit", "1"), memory: told("memoryLimit", "2Gi") },
        };
        const amounts = podAmounts(
          podOf(resources, TRANSFORMER_CONTAINERS),
          defaultsByNamespace(members, skipUnreadable).get(release.namespace),
        );
        const used = quotaUsage({ pods: [...workloads, { amounts, scale: { pods: most, surge: 0 } }], claims: [], loadBalancers: 0 });
        for (const quota of members.filter(coversWholeNamespace)) {
          const hard = quota.root.at("spec", "hard");
          for (const { key, resource, need, have } of compareWithQuota(used, hard.quantities()).filter(isOfPods))
            on(quota).compared(hard.at(key), {
              subject: `${release.namespace} with ${most} transformers`,
              resource: key,
              unit: unitOf(resource),
              need,
              have,
            });
        }
      });
  },
};

function isOfPods({ key }: { readonly key: string }): boolean {
  return key === "pods" || /^((requests|limits)\.)?(cpu|memory)$/.test(key);
}
