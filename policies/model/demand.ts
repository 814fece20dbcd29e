import type { SchedulableHost } from "../../capacity/placement";
import { bytes } from "../../capacity/quantity";
import { compareWithQuota, quotaUsage, type QuotaComparison } from "../../capacity/quota";
import type { Field } from "./field";
import { namespacesOf, type NamespaceContents } from "./namespaces";
import type { KubernetesObject } from "./objects";
import { countsPod, isWhole } from "./quota-scopes";
import { workloadsOf, type Part, type StackWorkload } from "./workloads";

/** A namespace's quotas compared with what stands in it at full scale. */
export interface NamespaceDemand {
  readonly namespace: KubernetesObject;
  /** Pods at full scale, without those of a rollout. */
  readonly pods: number;
  readonly comparisons: readonly { readonly quota: KubernetesObject; readonly comparison: QuotaComparison }[];
}

/** What a claim asks for. */
export interface Claim {
  readonly object: KubernetesObject;
  /** The claim's spec. */
  readonly spec: Field;
  readonly bytes: bigint;
  /** How many such claims there are: a set has one a replica. */
  readonly count: number;
}

/** Adds up every namespace of the stack. `part` judges one namespace or one workload on its own. */
export function demands(objects: readonly KubernetesObject[], hosts: readonly SchedulableHost[], part: Part): readonly NamespaceDemand[] {
  const workloads = workloadsOf(objects, hosts, part);
  const claims = claimsOf(objects, workloads, part);
  return namespacesOf(objects).flatMap((contents) => {
    const list: NamespaceDemand[] = [];
    const inside = ({ object }: { readonly object: KubernetesObject }) => object.namespace === contents.namespace.name;
    part(contents.namespace, () => list.push(demandOf(contents, workloads.filter(inside), claims.filter(inside), part)));
    return list;
  });
}

/** Every claim that the stack makes by itself: single ones and those of sets. Homes are made later, one a user. */
export function claimsOf(objects: readonly KubernetesObject[], workloads: readonly StackWorkload[], part: Part): readonly Claim[] {
  const claims: Claim[] = [];
  const add = (object: KubernetesObject, spec: Field, count: number) =>
    claims.push({ object, spec, bytes: bytes(spec.at("resources", "requests", "storage").quantity() ?? "0"), count });
  for (const { object, scale } of workloads)
    part(object, () => {
      for (const template of object.root.at("spec", "volumeClaimTemplates").items()) add(object, template.at("spec"), scale.pods);
    });
  for (const object of objects.filter(({ kind, apiVersion }) => kind === "PersistentVolumeClaim" && apiVersion === "v1"))
    part(object, () => add(object, object.root.at("spec"), 1));
  return claims;
}

function demandOf(
  { namespace, members }: NamespaceContents,
  workloads: readonly StackWorkload[],
  claims: readonly Claim[],
  part: Part,
): NamespaceDemand {
  let loadBalancers = 0;
  for (const object of members.filter(({ kind }) => kind === "Service"))
    part(object, () => {
      if (object.root.at("spec", "type").text() === "LoadBalancer") loadBalancers += 1;
    });
  const sizes = claims.flatMap(({ bytes: size, count }) => Array.from({ length: count }, () => size));
  const quotas = members.filter(({ kind, apiVersion }) => kind === "ResourceQuota" && apiVersion === "v1");
  return {
    namespace,
    pods: workloads.reduce((all, { scale }) => all + scale.pods, 0),
    comparisons: quotas.flatMap((quota) => {
      const whole = isWhole(quota);
      const used = quotaUsage({
        pods: whole ? workloads : workloads.filter(({ pod }) => countsPod(quota, pod)),
        claims: whole ? sizes : [],
        loadBalancers: whole ? loadBalancers : 0,
      });
      return compareWithQuota(used, quota.root.at("spec", "hard").quantities()).map((comparison) => ({ quota, comparison }));
    }),
  };
}
