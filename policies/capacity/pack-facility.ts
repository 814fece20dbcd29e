import { withDaemons } from "../../capacity/allocatable";
import { identityOf, type PackHost, type PackPod } from "../../capacity/packing/model";
import type { DisruptionBudget } from "../../capacity/packing/questions/drains";
import { EPHEMERAL, schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import type { Site } from "../../stacks/site/schema";
import { labelSelectorOf } from "../model/pod-reading";
import { isDaemonSet } from "../model/pods";
import { stackWorkloads, type Attempt } from "../model/workloads";
import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import type { JudgementOf } from "../model/rules";
import { onDemandOf, type OnDemandPods } from "./on-demand";
import { memoize } from "./memoize";
import { fullPackPod } from "./pack-pod";
import { placementContext } from "./placement-context";

/** Pods that the facility runs whether anybody works or not. */
export interface PlatformPods {
  readonly object: KubernetesObject;
  readonly pod: PackPod;
  /** Further pods that live while a change is rolled out. */
  readonly surge: number;
}

/** A facility as the packer takes it: hosts with the pods of DaemonSets, and everything else that has to find a place on them. */
export interface PackFacility {
  readonly hosts: readonly (SiteHost & PackHost)[];
  readonly platform: readonly PlatformPods[];
  readonly onDemand: readonly OnDemandPods[];
  /** Of platform and users. */
  readonly pods: readonly PackPod[];
  readonly budgets: readonly DisruptionBudget[];
  /** Objects that could not be read whole, and why: nothing that they bring is counted. */
  readonly unread: readonly { readonly object: KubernetesObject; readonly error: unknown }[];
}

/**
 * The facility that a site's objects are. Read once for the same objects and site.
 * @throws {Undetermined | Malformed} for what concerns every pod, such as a priority class.
 */
export function packFacility(objects: readonly KubernetesObject[], site: Site): PackFacility {
  return facilities(objects)(site);
}

const facilities = memoize((objects: readonly KubernetesObject[]) => memoize((site: Site) => read(objects, site)));

/** Says of everything that could not be read why not, so that it is never taken for nothing. */
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

/** Where a pool does not say how large its disks are, no disk is counted, and a rule says so. */
function withoutDisk(pod: PackPod): PackPod {
  return { ...pod, requests: Object.fromEntries(Object.entries(pod.requests).filter(([resource]) => resource !== EPHEMERAL)) };
}

function budgetOf({ namespace, name, root }: KubernetesObject): DisruptionBudget {
  const spec = root.at("spec");
  const selector = labelSelectorOf(spec.at("selector"));
  const [minAvailable, maxUnavailable] = [shareOf(spec.at("minAvailable")), shareOf(spec.at("maxUnavailable"))];
  return {
    namespace,
    name,
    ...(selector && { selector }),
    ...(minAvailable !== undefined && { minAvailable }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  };
}

/** A number of pods, or a percentage. */
function shareOf(field: Field): number | string | undefined {
  return typeof field.raw() === "number" ? field.number() : field.text();
}

/** Tells workloads of one namespace and name apart by a number, as a Deployment and a StatefulSet may have the same. */
function namer(): <Pods extends { readonly pod: PackPod }>(each: Pods) => Pods {
  const seen = new Map<string, number>();
  return (each) => {
    const identity = identityOf(each.pod);
    const times = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, times);
    return times === 1 ? each : { ...each, pod: { ...each.pod, name: `${each.pod.name} (${times})` } };
  };
}
