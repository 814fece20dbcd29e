import type {
  V1Affinity,
  V1Container,
  V1ContainerPort,
  V1DaemonSet,
  V1Deployment,
  V1DeploymentStrategy,
  V1Job,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1PersistentVolumeClaimSpec,
  V1PodDisruptionBudget,
  V1PodDisruptionBudgetSpec,
  V1PodSpec,
  V1PodTemplateSpec,
  V1RollingUpdateDaemonSet,
  V1SecurityContext,
  V1Service,
  V1ServicePort,
  V1StatefulSet,
} from "@kubernetes/client-node";

/** Requests and limits of one container, as Kubernetes quantities. docs/sources.md, CPU limits, says why services have no CPU limit. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string; readonly cpu?: string };
}

/** Requests and limits of a container that may leave out any of them. */
export type ContainerLimits = NonNullable<V1Container["resources"]>;

/**
 * Annotations of an object that Helm makes at a moment of its own and not with the others
 * (https://helm.sh/docs/topics/charts_hooks/).
 * @param when the moments, e.g. `pre-install,pre-upgrade`.
 * @param deletePolicy when Helm deletes it again.
 * @param weight objects of one moment are made in the order of their weights.
 */
export function helmHook(when: string, deletePolicy: string, weight?: number): Readonly<Record<string, string>> {
  return {
    "helm.sh/hook": when,
    "helm.sh/hook-delete-policy": deletePolicy,
    ...(weight !== undefined && { "helm.sh/hook-weight": String(weight) }),
  };
}

/**
 * Makes the resources of one container from Kubernetes quantities: requests of CPU and memory, and a memory limit. The limit equals the
 * memory request unless given.
 */
export function resources(cpu: string, memory: string, limit: string = memory): Resources {
  return { requests: { cpu, memory }, limits: { memory: limit } };
}

/** Security context of a container that needs nothing, whoever it runs as. */
export const LOCKED = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };

/**
 * Security context that meets the level `restricted` of Pod Security
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/), with a read-only root file system. The catalogue describes charts
 * with it whose own defaults meet that level.
 */
export const RESTRICTED: V1SecurityContext = {
  ...LOCKED,
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};

/**
 * Security context for pods with a volume, to be added to a chart's own: the kubelet gives the volume to the pod's group at the first mount.
 * Otherwise it goes through every file at each start
 * (https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods).
 */
export const GROUP_ONCE = { fsGroupChangePolicy: "OnRootMismatch" } as const;

/** Anti-affinity of pods of which no two may share a host. */
export function onePerHost(matchLabels: Readonly<Record<string, string>>): NonNullable<V1Affinity["podAntiAffinity"]> {
  return {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { ...matchLabels } }, topologyKey: "kubernetes.io/hostname" },
    ],
  };
}

/** Container ports of the protocol TCP, by name. */
export function tcpPorts(...named: readonly (readonly [name: string, port: number])[]): V1ContainerPort[] {
  return named.map(([name, containerPort]) => ({ name, containerPort }));
}

/** What the functions below need to make the object of a workload. */
export interface WorkloadSpec {
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly V1Container[];
  /** Placement, host access, init containers, volumes. */
  readonly pod?: Omit<V1PodSpec, "containers">;
  /** Labels by which the workload knows its pods; `app.kubernetes.io/name` unless given. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Further labels of the workload and its pods. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Makes a Deployment.
 * @param spec `replicas` is 1 unless given; `recreate` stops the old pods before new ones start, `strategy` says more than that.
 */
export function deployment(
  spec: WorkloadSpec & { readonly replicas?: number; readonly recreate?: boolean; readonly strategy?: V1DeploymentStrategy },
): V1Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(spec),
    spec: {
      replicas: spec.replicas ?? 1,
      selector: { matchLabels: selector(spec) },
      ...(spec.recreate ? { strategy: { type: "Recreate" } } : spec.strategy && { strategy: spec.strategy }),
      template: template(spec),
    },
  };
}

/**
 * Makes a StatefulSet; its Service has the same name.
 * @param spec `replicas` is 1 unless given; `claims` are claim templates by name; `parallel` starts and stops all pods at once.
 */
export function statefulSet(
  spec: WorkloadSpec & {
    readonly replicas?: number;
    readonly claims?: Readonly<Record<string, V1PersistentVolumeClaimSpec>>;
    readonly parallel?: boolean;
  },
): V1StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(spec),
    spec: {
      replicas: spec.replicas ?? 1,
      serviceName: spec.name,
      ...(spec.parallel && { podManagementPolicy: "Parallel" }),
      selector: { matchLabels: selector(spec) },
      template: template(spec),
      volumeClaimTemplates: Object.entries(spec.claims ?? {}).map(([name, claimSpec]) => ({ metadata: { name }, spec: claimSpec })),
    },
  };
}

/**
 * Makes a DaemonSet.
 * @param spec `rolling` bounds how many pods an update replaces at once; one, unless given.
 */
export function daemonSet(spec: WorkloadSpec & { readonly rolling?: V1RollingUpdateDaemonSet }): V1DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: metadata(spec),
    spec: {
      selector: { matchLabels: selector(spec) },
      ...(spec.rolling && { updateStrategy: { type: "RollingUpdate", rollingUpdate: spec.rolling } }),
      template: template(spec),
    },
  };
}

/** Makes a Job that runs one pod to its end; a Helm hook is described as a Job too. */
export function job(spec: WorkloadSpec): V1Job {
  const pod = template(spec);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(spec),
    spec: { template: { ...pod, ...(pod.spec && { spec: { ...pod.spec, restartPolicy: "OnFailure" } }) } },
  };
}

/**
 * Makes a PersistentVolumeClaim that one host at a time may mount.
 * @param storage size in bytes, as a Kubernetes quantity.
 * @param storageClassName undefined means the cluster's default class.
 */
export function claim(name: string, namespace: string, storage: string, storageClassName?: string): V1PersistentVolumeClaim {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace },
    spec: claimSpec(storage, storageClassName),
  };
}

/**
 * Makes the spec of a claim that one host at a time may mount.
 * @param storage size in bytes, as a Kubernetes quantity.
 * @param storageClassName undefined means the cluster's default class.
 */
export function claimSpec(storage: string, storageClassName?: string): V1PersistentVolumeClaimSpec {
  return { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } }, ...(storageClassName && { storageClassName }) };
}

/** What the function below needs to make a Service that hosts outside of the cluster reach. */
export interface ExposedService {
  readonly ports: readonly V1ServicePort[];
  /** Labels of the pods behind it. */
  readonly selector: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly externalTrafficPolicy?: string;
}

/** Makes a Service that asks the site's load balancer for an address. */
export function loadBalancer(name: string, namespace: string, service: ExposedService): V1Service {
  const { ports, selector: labels, annotations, externalTrafficPolicy } = service;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, ...(annotations && { annotations: { ...annotations } }) },
    spec: {
      type: "LoadBalancer",
      selector: { ...labels },
      ports: ports.map((port) => ({ protocol: "TCP", ...port })),
      ...(externalTrafficPolicy !== undefined && { externalTrafficPolicy }),
    },
  };
}

/** Makes a PodDisruptionBudget, which bounds how many of the selected pods may be gone at once while hosts are drained. */
export function disruptionBudget(name: string, namespace: string, spec: V1PodDisruptionBudgetSpec): V1PodDisruptionBudget {
  return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name, namespace }, spec };
}

/** What the values of a chart say of a disruption budget. */
export interface BudgetValues {
  readonly enabled: boolean;
  readonly maxUnavailable: number | string | null;
  readonly minAvailable: number | string | null;
}

/** The budget that the values of a chart ask for, if they do. */
export function budgetOf(
  { name, namespace, selector: labels }: Required<Pick<WorkloadSpec, "name" | "namespace" | "selector">>,
  { enabled, maxUnavailable, minAvailable }: BudgetValues,
): readonly V1PodDisruptionBudget[] {
  if (!enabled) return [];
  return [
    disruptionBudget(name, namespace, {
      ...(maxUnavailable !== null && { maxUnavailable }),
      ...(minAvailable !== null && { minAvailable }),
      selector: { matchLabels: { ...labels } },
    }),
  ];
}

/**
 * Makes a budget under which the pods of one workload leave their hosts one after the other.
 * @param labels by which the workload knows its pods; `app.kubernetes.io/name` unless given.
 */
export function oneAtATime(workload: string, namespace: string, labels = selector({ name: workload })): V1PodDisruptionBudget {
  return disruptionBudget(workload, namespace, { maxUnavailable: 1, selector: { matchLabels: { ...labels } } });
}

function metadata(spec: WorkloadSpec): V1ObjectMeta {
  const { name, namespace, labels, annotations } = spec;
  return { name, namespace, labels: { ...selector(spec), ...labels }, ...(annotations && { annotations: { ...annotations } }) };
}

function selector({ name, selector: own }: Pick<WorkloadSpec, "name" | "selector">): Record<string, string> {
  return own ? { ...own } : { "app.kubernetes.io/name": name };
}

function template(spec: WorkloadSpec): V1PodTemplateSpec {
  return {
    metadata: { labels: { ...selector(spec), ...spec.labels } },
    spec: { ...spec.pod, containers: [...spec.containers] },
  };
}
