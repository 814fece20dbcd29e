import type { V1PersistentVolumeClaimSpec, V1PodDisruptionBudget, V1PodSpec } from "@kubernetes/client-node";
import type { LabelledHost, PodPlacement } from "../../capacity/placement";
import { bytes } from "../../capacity/quantity";
import type { QuotaDemand } from "../../capacity/quota";
import { podAmounts, type ContainerDefaults } from "../../capacity/requests";
import { scaleOf, type ScaledWorkload } from "../../capacity/scale";
import type { Workload } from "./workload";

/** Fields of the specs of all {@link Workload} kinds that cost something. */
interface Spec {
  readonly replicas?: number;
  readonly strategy?: { readonly type?: string };
  readonly template?: { readonly spec?: V1PodSpec };
  readonly jobTemplate?: { readonly spec?: { readonly template?: { readonly spec?: V1PodSpec } } };
  readonly concurrencyPolicy?: string;
  readonly volumeClaimTemplates?: readonly { readonly spec?: V1PersistentVolumeClaimSpec }[];
  readonly resources?: V1PersistentVolumeClaimSpec["resources"];
  readonly storageClassName?: string;
  readonly type?: string;
}

/** Equal claims that a workload makes. */
export interface ClassedClaim {
  /** StorageClass; undefined means the cluster's default class. */
  readonly storageClass: string | undefined;
  /** Size of one claim. */
  readonly bytes: bigint;
  /** At least 1. */
  readonly count: number;
}

/** What workloads take of a namespace: demand, claims by StorageClass, and priority classes. */
export interface WorkloadDemand extends QuotaDemand {
  readonly claims: readonly ClassedClaim[];
  /** Priority class of each workload's pods; undefined for pods without one. */
  readonly priorityClasses: readonly (string | undefined)[];
}

/**
 * Sums up what workloads take of their namespace at full scale.
 * @param hosts the hosts on which pods of DaemonSets are counted.
 * @param defaults requests and limits that the namespace gives to containers without any.
 */
export function demandOf(
  workloads: readonly Workload[],
  hosts: readonly LabelledHost[],
  defaults: readonly ContainerDefaults[],
): WorkloadDemand {
  const specs: readonly { readonly kind: string; readonly spec: Spec }[] = workloads
    .filter(costsSomething)
    .map(({ kind = "", spec = {} }) => ({ kind, spec }));
  const pods = specs.flatMap(({ kind, spec }) => {
    const pod = podSpecOf(spec);
    const scaled = pod && scaledWorkload(kind, spec, pod);
    return pod && scaled ? [{ amounts: podAmounts(pod, defaults), scale: scaleOf(scaled, hosts), spec }] : [];
  });
  return {
    pods,
    claims: [
      ...specs.filter(({ kind }) => kind === "PersistentVolumeClaim").map(({ spec }) => claimOf(spec, 1)),
      ...pods.flatMap(({ spec, scale }) =>
        scale.pods === 0 ? [] : (spec.volumeClaimTemplates ?? []).map((template) => claimOf(template.spec ?? {}, scale.pods)),
      ),
    ],
    priorityClasses: pods.map(({ spec }) => podSpecOf(spec)?.priorityClassName),
    loadBalancers: specs.filter(({ kind, spec }) => kind === "Service" && spec.type === "LoadBalancer").length,
  };
}

/** The spec of the pods that a workload makes, from the workload's spec; undefined if it makes none. */
export function podSpecOf({ template, jobTemplate }: Pick<Spec, "template" | "jobTemplate">): V1PodSpec | undefined {
  return (template ?? jobTemplate?.spec?.template)?.spec;
}

function costsSomething(workload: Workload): workload is Exclude<Workload, V1PodDisruptionBudget> {
  return workload.kind !== "PodDisruptionBudget";
}

function scaledWorkload(kind: string, { replicas, strategy, concurrencyPolicy }: Spec, pod: V1PodSpec): ScaledWorkload | undefined {
  const count = replicas === undefined ? {} : { replicas };
  switch (kind) {
    case "Deployment":
      return { kind, ...count, recreate: strategy?.type === "Recreate" };
    case "StatefulSet":
      return { kind, ...count };
    case "DaemonSet":
      return { kind, placement: placement(pod) };
    case "Job":
      return { kind };
    case "CronJob":
      return { kind, ...(concurrencyPolicy !== undefined && { concurrencyPolicy }) };
    default:
      return undefined;
  }
}

function placement({ nodeSelector, affinity, tolerations }: V1PodSpec): PodPlacement {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return { ...(nodeSelector && { nodeSelector }), ...(terms && { requiredTerms: terms }), ...(tolerations && { tolerations }) };
}

function claimOf({ storageClassName, resources }: Pick<Spec, "storageClassName" | "resources">, count: number): ClassedClaim {
  return { storageClass: storageClassName, bytes: bytes(resources?.requests?.["storage"] ?? "0"), count };
}
