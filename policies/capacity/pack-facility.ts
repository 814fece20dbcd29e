import { withDaemons } from "../../capacity/allocatable";
import { workloadId, type PackHost, type PackPod } from "../../capacity/packing/model";
import type { DisruptionBudget } from "../../capacity/packing/questions/drains";
import { EVENT_LABEL } from "../../components/hub/placeholders";
import { EPHEMERAL, schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import type { Site } from "../../stacks/site/schema";
import { labelSelectorOf } from "../model/pod-reading";
import { isDaemonSet } from "../model/pods";
import { stackWorkloads, type Attempt } from "../model/workloads";
import { is, type KubernetesObject } from "../model/objects";
import type { JudgementOf } from "../model/rules";
import { onDemandOf, type OnDemandPods } from "./on-demand";
import { memoize } from "../../capacity/memoize";
import { fullPackPod } from "./pack-pod";
import { placementContext } from "./placement-context";

/** Pods of a workload that the facility runs whether anybody works or not. */
export interface PlatformPods {
  readonly object: KubernetesObject;
  readonly pod: PackPod;
  /** Number of additional pods while a change is rolled out. */
  readonly surge: number;
}

/** A facility as the packer reads it: the hosts with the pods of DaemonSets, and all other pods, for which it finds places. */
export interface PackFacility {
  readonly hosts: readonly (SiteHost & PackHost)[];
  readonly platform: readonly PlatformPods[];
  readonly onDemand: readonly OnDemandPods[];
  /** The pods of the platform and those that users bring. */
  readonly pods: readonly PackPod[];
  readonly budgets: readonly DisruptionBudget[];
  /** Objects that could not be read, with the error. Their pods are not counted. */
  readonly unread: readonly { readonly object: KubernetesObject; readonly error: unknown }[];
}

/**
 * Reads the objects of a site for the packer. The answer for the same objects and site is kept.
 * @throws {Undetermined | Malformed} for objects that decide about every pod, such as a PriorityClass.
 */
export function packFacility(objects: readonly KubernetesObject[], site: Site): PackFacility {
  return facilities(objects)(site);
}

const facilities = memoize((objects: readonly KubernetesObject[]) => memoize((site: Site) => read(objects, site)));

/** Makes a finding of every object that could not be read, so that a rule never takes it for an object without pods. */
export function reportUnread({ unread }: PackFacility, on: JudgementOf): void {
  for (const { object, error } of unread)
    on(object).attempt(() => {
      throw error;
    });
}

function read(objects: readonly KubernetesObject[], site: Site): PackFacility {
  const unread = new Map<KubernetesObject, unknown>();
  const attempt: Attempt = (object, check) => {
    try {
      check();
    } catch (error) {
      if (!unread.has(object)) unread.set(object, error);
    }
  };
  const machines = schedulableHosts(site);
  const context = placementContext(objects);
  const counted = machines.every(({ allocatable }) => EPHEMERAL in allocatable) ? (pod: PackPod) => pod : withoutDisk;
  const daemons: PackPod[] = [];
  const platform: PlatformPods[] = [];
  const onDemand: OnDemandPods[] = [];
  const budgets: DisruptionBudget[] = [];
  for (const workload of stackWorkloads(objects, machines, attempt))
    attempt(workload.object, () => {
      const pod = counted(fullPackPod(workload, context));
      if (isDaemonSet(workload.object)) daemons.push(pod);
      // What keeps places for users is needed no more than users' own pods are.
      else if (workload.object.root.at("metadata", "labels", EVENT_LABEL).given)
        onDemand.push({ object: workload.object, field: workload.object.root.at("spec", "replicas"), pod });
      else platform.push({ object: workload.object, pod, surge: workload.scale.surge });
    });
  for (const object of objects)
    attempt(object, () => {
      onDemand.push(...onDemandOf(object, objects, site, context).map((each) => ({ ...each, pod: counted(each.pod) })));
      if (is(object, "policy/v1", "PodDisruptionBudget")) budgets.push(budgetOf(object));
    });
  const tellApart = namer();
  const [platformPods, broughtPods] = [platform.map(tellApart), onDemand.map(tellApart)];
  return {
    hosts: withDaemons(machines, daemons),
    platform: platformPods,
    onDemand: broughtPods,
    pods: [...platformPods, ...broughtPods].map(({ pod }) => pod),
    budgets,
    unread: [...unread].map(([object, error]) => ({ object, error })),
  };
}

/**
 * A pod without its request of ephemeral storage. Where a node pool does not say how large its disks are, none is counted; {@link inventoryIsWhole} says so.
 */
function withoutDisk(pod: PackPod): PackPod {
  return { ...pod, requests: Object.fromEntries(Object.entries(pod.requests).filter(([resource]) => resource !== EPHEMERAL)) };
}

function budgetOf({ namespace, name, root }: KubernetesObject): DisruptionBudget {
  const spec = root.at("spec");
  const selector = labelSelectorOf(spec.at("selector"));
  const [minAvailable, maxUnavailable] = [spec.at("minAvailable").share(), spec.at("maxUnavailable").share()];
  return {
    namespace,
    name,
    ...(selector && { selector }),
    ...(minAvailable !== undefined && { minAvailable }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  };
}

/** Adds a number to the name of a workload whose namespace and name another one has: a Deployment and a StatefulSet may have the same. */
function namer(): <Pods extends { readonly pod: PackPod }>(each: Pods) => Pods {
  const seen = new Map<string, number>();
  return (each) => {
    const identity = workloadId(each.pod);
    const times = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, times);
    return times === 1 ? each : { ...each, pod: { ...each.pod, name: `${each.pod.name} (${times})` } };
  };
}
