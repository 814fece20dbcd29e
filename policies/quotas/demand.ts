import type { SchedulableHost } from "../../capacity/placement";
import { compare, usage, type Comparison } from "../../capacity/quota";
import { bytes } from "../../capacity/quantity";
import { podAmounts } from "../../capacity/requests";
import { scaleOf } from "../../capacity/scale";
import { namespacesOf, type NamespaceContents } from "../namespaces";
import type { KubernetesObject } from "../objects";
import { podTemplateOf } from "../pods";
import { containerDefaults, resourcesOf, scaledWorkloadOf } from "./pod-reading";

/** A namespace's quota compared with what stands in it at full scale. */
export interface NamespaceDemand {
  readonly namespace: KubernetesObject;
  /** Pods at full scale, without those of a rollout. */
  readonly pods: number;
  readonly comparisons: readonly { readonly quota: KubernetesObject; readonly comparison: Comparison }[];
}

/** Adds up every namespace of the stack. `part` judges one namespace or one workload on its own. */
export function demands(
  objects: readonly KubernetesObject[],
  hosts: readonly SchedulableHost[],
  part: (object: KubernetesObject, check: () => void) => void,
): readonly NamespaceDemand[] {
  return namespacesOf(objects).flatMap((contents) => {
    const list: NamespaceDemand[] = [];
    part(contents.namespace, () => list.push(demandOf(contents, hosts, part)));
    return list;
  });
}

function demandOf(
  { namespace, members }: NamespaceContents,
  hosts: readonly SchedulableHost[],
  part: (object: KubernetesObject, check: () => void) => void,
): NamespaceDemand {
  const defaults = containerDefaults(members);
  const pods: { amounts: ReturnType<typeof podAmounts>; scale: ReturnType<typeof scaleOf> }[] = [];
  const claims: bigint[] = [];
  let loadBalancers = 0;
  for (const object of members) {
    part(object, () => {
      const template = podTemplateOf(object);
      const workload = template && scaledWorkloadOf(object, template);
      if (template && workload) {
        const scale = scaleOf(workload, hosts);
        pods.push({ amounts: podAmounts(resourcesOf(template), defaults), scale });
        for (const claim of object.root.at("spec", "volumeClaimTemplates").items())
          for (let replica = 0; replica < scale.pods; replica += 1)
            claims.push(storageOf(claim.at("spec", "resources", "requests").quantities()));
      }
      if (object.kind === "PersistentVolumeClaim") claims.push(storageOf(object.root.at("spec", "resources", "requests").quantities()));
      if (object.kind === "Service" && object.root.at("spec", "type").text() === "LoadBalancer") loadBalancers += 1;
    });
  }
  const used = usage({ pods, claims, loadBalancers });
  const quotas = members.filter(({ kind, apiVersion }) => kind === "ResourceQuota" && apiVersion === "v1");
  return {
    namespace,
    pods: pods.reduce((all, { scale }) => all + scale.pods, 0),
    comparisons: quotas.flatMap((quota) =>
      compare(used, quota.root.at("spec", "hard").quantities()).map((comparison) => ({ quota, comparison })),
    ),
  };
}

function storageOf({ storage = "0" }: Readonly<Record<string, string>>): bigint {
  return bytes(storage);
}
