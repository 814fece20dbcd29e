import type { SchedulableHost } from "../../capacity/placement";
import { grouped } from "../../capacity/packing/grouped";
import { bytes } from "../../capacity/quantity";
import { compareWithQuota, quotaUsage, type QuotaComparison } from "../../capacity/quota";
import type { Amounts } from "../../capacity/requests";
import type { Field } from "./field";
import { namespaceContents, type NamespaceContents } from "./namespaces";
import { is, type KubernetesObject } from "./objects";
import { countsPod, scopesOf, type Scope } from "./quota-scopes";
import { stackWorkloads, type Attempt, type StackWorkload } from "./workloads";

/** The demand of a namespace: what its objects use at full scale, compared with each of its quotas. */
export interface NamespaceDemand {
  readonly namespace: KubernetesObject;
  /** Number of pods at full scale, without the additional ones of a rollout. */
  readonly pods: number;
  readonly comparisons: readonly { readonly quota: KubernetesObject; readonly comparison: QuotaComparison }[];
}

/** A PersistentVolumeClaim, or the template from which a StatefulSet makes one for each replica. */
export interface Claim {
  readonly object: KubernetesObject;
  readonly spec: Field;
  /** Bytes that one claim asks for. */
  readonly bytes: bigint;
  /** Number of such claims: one for each replica of a StatefulSet. */
  readonly count: number;
}

/** The demand of every namespace that the stack makes. `attempt` is called for each namespace, workload and claim that is read. */
export function demands(
  objects: readonly KubernetesObject[],
  hosts: readonly SchedulableHost[],
  attempt: Attempt,
): readonly NamespaceDemand[] {
  const workloads = stackWorkloads(objects, hosts, attempt);
  const claims = claimsOf(objects, workloads, attempt);
  const namespaceOf = ({ object }: { readonly object: KubernetesObject }) => object.namespace;
  const [workloadsIn, claimsIn] = [grouped(workloads, namespaceOf), grouped(claims, namespaceOf)];
  return namespaceContents(objects).flatMap((contents) => {
    const list: NamespaceDemand[] = [];
    const { name } = contents.namespace;
    attempt(contents.namespace, () => list.push(namespaceDemand(contents, workloadsIn.get(name) ?? [], claimsIn.get(name) ?? [], attempt)));
    return list;
  });
}

/** Every claim of the stack: PersistentVolumeClaims, and those that StatefulSets make. Homes are not among them: the hub makes one for each user. */
export function claimsOf(objects: readonly KubernetesObject[], workloads: readonly StackWorkload[], attempt: Attempt): readonly Claim[] {
  const claims: Claim[] = [];
  const add = (object: KubernetesObject, spec: Field, count: number) =>
    claims.push({ object, spec, bytes: bytes(spec.at("resources", "requests", "storage").quantity() ?? "0"), count });
  for (const { object, scale } of workloads)
    attempt(object, () => {
      for (const template of object.root.at("spec", "volumeClaimTemplates").items()) add(object, template.at("spec"), scale.pods);
    });
  for (const object of objects.filter((each) => is(each, "v1", "PersistentVolumeClaim")))
    attempt(object, () => add(object, object.root.at("spec"), 1));
  return claims;
}

function namespaceDemand(
  { namespace, members }: NamespaceContents,
  workloads: readonly StackWorkload[],
  claims: readonly Claim[],
  attempt: Attempt,
): NamespaceDemand {
  let loadBalancers = 0;
  for (const object of members.filter((each) => is(each, "v1", "Service")))
    attempt(object, () => {
      if (object.root.at("spec", "type").text() === "LoadBalancer") loadBalancers += 1;
    });
  // Quotas of the same scopes count the same, however many there are.
  const known = new Map<string, Amounts>();
  const usedIn = (scopes: readonly Scope[]) => {
    const whole = scopes.length === 0;
    const key = JSON.stringify(scopes);
    const used =
      known.get(key) ??
      quotaUsage({
        pods: whole ? workloads : workloads.filter(({ pod }) => countsPod(scopes, pod)),
        claims: whole ? claims : [],
        loadBalancers: whole ? loadBalancers : 0,
      });
    known.set(key, used);
    return used;
  };
  const quotas = members.filter((each) => is(each, "v1", "ResourceQuota"));
  return {
    namespace,
    pods: workloads.reduce((all, { scale }) => all + scale.pods, 0),
    comparisons: quotas.flatMap((quota) =>
      compareWithQuota(usedIn(scopesOf(quota)), quota.root.at("spec", "hard").quantities()).map((comparison) => ({ quota, comparison })),
    ),
  };
}
