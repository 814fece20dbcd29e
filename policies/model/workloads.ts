import { withDaemons } from "../../capacity/allocatable";
import { grouped } from "../../capacity/packing/grouped";
import type { PackHost, PackPod } from "../../capacity/packing/model";
import type { PodPlacement, SchedulableHost } from "../../capacity/placement";
import { firstDefaults, podAmounts, type ContainerDefaults, type PodAmounts } from "../../capacity/requests";
import { scaleOf, type Scale } from "../../capacity/scale";
import type { SiteHost } from "../../components/nodes/schedulable";
import { is, type KubernetesObject } from "./objects";
import { isDaemonSet, podTemplateOf, type PodTemplate } from "./pods";
import type { JudgementOf } from "./rules";
import { containerDefaults, placementOf, resourcesOf, scaledWorkloadOf } from "./pod-reading";

/** A workload of the stack, with everything that is needed to add up and to place its pods. */
export interface StackWorkload {
  readonly object: KubernetesObject;
  readonly pod: PodTemplate;
  readonly placement: PodPlacement;
  readonly amounts: PodAmounts;
  /** Number of pods at full scale: the maximum of an autoscaler where there is one, else the replicas. */
  readonly scale: Scale;
}

/** Runs a check of an object, and deals with it if the object cannot be read: {@link attemptOf} makes a finding of that, {@link skipUnreadable} nothing. */
export type Attempt = (object: KubernetesObject, check: () => void) => void;

/**
 * Every workload of the stack that makes pods by itself, those of charts and operators among them.
 * @param hosts the hosts on which the pods of DaemonSets are counted; undefined where their number does not matter, and a DaemonSet then counts one pod.
 */
export function stackWorkloads(
  objects: readonly KubernetesObject[],
  hosts: readonly SchedulableHost[] | undefined,
  attempt: Attempt,
): readonly StackWorkload[] {
  const defaults = defaultsByNamespace(objects, attempt);
  const maxima = autoscaledMaxima(objects, attempt);
  const workloads: StackWorkload[] = [];
  for (const object of objects) {
    attempt(object, () => {
      const pod = podTemplateOf(object);
      const scaled = pod && scaledWorkloadOf(object, pod, maxima.get(keyOf(object.namespace, object.kind, object.name)));
      if (!scaled) return;
      const amounts = podAmounts(resourcesOf(pod), defaults.get(object.namespace));
      workloads.push({ object, pod, placement: placementOf(pod), amounts, scale: scaleOf(scaled, hosts) });
    });
  }
  return workloads;
}

/** The LimitRanges by name of their namespace. */
export function limitRangesByNamespace(objects: readonly KubernetesObject[]): ReadonlyMap<string, readonly KubernetesObject[]> {
  return grouped(
    objects.filter((each) => is(each, "v1", "LimitRange")),
    ({ namespace }) => namespace,
  );
}

/** What the LimitRanges of each namespace fill in for its containers, by name of the namespace. */
export function defaultsByNamespace(
  objects: readonly KubernetesObject[],
  attempt: Attempt,
): ReadonlyMap<string, readonly ContainerDefaults[]> {
  const defaults = new Map<string, ContainerDefaults[]>();
  for (const object of objects.filter((each) => is(each, "v1", "LimitRange")))
    attempt(object, () => {
      const own = containerDefaults([object]);
      const before = defaults.get(object.namespace);
      if (before) before.push(...own);
      else defaults.set(object.namespace, [...own]);
    });
  return new Map([...defaults].map(([namespace, items]) => [namespace, [firstDefaults(items)]]));
}

function autoscaledMaxima(objects: readonly KubernetesObject[], attempt: Attempt): ReadonlyMap<string, number> {
  const maxima = new Map<string, number>();
  for (const object of objects.filter((each) => is(each, "autoscaling/*", "HorizontalPodAutoscaler")))
    attempt(object, () => {
      const spec = object.root.at("spec");
      const target = spec.at("scaleTargetRef");
      maxima.set(
        keyOf(object.namespace, target.at("kind").text() ?? "", target.at("name").text() ?? ""),
        spec.at("maxReplicas").count() ?? 1,
      );
    });
  return maxima;
}

function keyOf(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
}

/** Leaves out objects that cannot be read: for callers that have a rule beside them which makes findings of these objects. */
export const skipUnreadable: Attempt = (_, check) => {
  try {
    check();
  } catch {
    return;
  }
};

/** Turns an object that cannot be read into a finding of the rule that judges. */
export function attemptOf(on: JudgementOf): Attempt {
  return (object, check) => on(object).attempt(check);
}

/** The pods of a workload as the packer reads them, without what other objects decide about their place; {@link fullPackPod} adds that. */
export function packPod({ object, pod, placement, amounts, scale }: StackWorkload): PackPod {
  const { namespace, name } = object;
  return { namespace, name, count: scale.pods, requests: amounts.requests, labels: pod.metadata.at("labels").texts(), placement };
}

/** The hosts, each with the pods of the DaemonSets that run there. */
export function hostsWithDaemons(hosts: readonly SiteHost[], workloads: readonly StackWorkload[]): readonly (SiteHost & PackHost)[] {
  const daemons = workloads.filter(({ object }) => isDaemonSet(object)).map(packPod);
  return withDaemons(hosts, daemons);
}
