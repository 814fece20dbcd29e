import type {
  V1Container,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1PersistentVolumeClaimSpec,
  V1PodDisruptionBudget,
  V1PodDisruptionBudgetSpec,
  V1PodSpec,
  V1PodTemplateSpec,
  V1SecurityContext,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";

/** Requests and limits of one container, as Kubernetes quantities. docs/sources.md, CPU limits, says why services have no CPU limit. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string; readonly cpu?: string };
}

/**
 * Makes the resources of one container from Kubernetes quantities: requests of CPU and memory, and a memory limit. The limit equals the
 * memory request unless given.
 */
export function resources(cpu: string, memory: string, limit: string = memory): Resources {
  return { requests: { cpu, memory }, limits: { memory: limit } };
}

/**
 * Security context that meets the level `restricted` of Pod Security
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/), with a read-only root file system. The catalogue describes charts
 * with it whose own defaults meet that level.
 */
export const RESTRICTED: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/**
 * Security context for pods with a volume, to be added to a chart's own: the kubelet gives the volume to the pod's group at the first mount.
 * Otherwise it goes through every file at each start
 * (https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods).
 */
export const GROUP_ONCE = { fsGroupChangePolicy: "OnRootMismatch" } as const;

/** What the functions below need to make the object of a workload. */
export interface WorkloadSpec {
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly V1Container[];
  /** Placement, host access, init containers, volumes. */
  readonly pod?: Omit<V1PodSpec, "containers">;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Makes a Deployment.
 * @param spec `replicas` is 1 unless given; `recreate` stops the old pods before new ones start.
 */
export function deployment(spec: WorkloadSpec & { readonly replicas?: number; readonly recreate?: boolean }): V1Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(spec),
    spec: {
      replicas: spec.replicas ?? 1,
      selector: { matchLabels: selector(spec) },
      ...(spec.recreate && { strategy: { type: "Recreate" } }),
      template: template(spec),
    },
  };
}

/**
 * Makes a StatefulSet; its Service has the same name.
 * @param spec `replicas` is 1 unless given; `claims` are claim templates by name.
 */
export function statefulSet(
  spec: WorkloadSpec & { readonly replicas?: number; readonly claims?: Readonly<Record<string, V1PersistentVolumeClaimSpec>> },
): V1StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(spec),
    spec: {
      replicas: spec.replicas ?? 1,
      serviceName: spec.name,
      selector: { matchLabels: selector(spec) },
      template: template(spec),
      volumeClaimTemplates: Object.entries(spec.claims ?? {}).map(([name, claimSpec]) => ({ metadata: { name }, spec: claimSpec })),
    },
  };
}

/** Makes a DaemonSet. */
export function daemonSet(spec: WorkloadSpec): V1DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: metadata(spec),
    spec: { selector: { matchLabels: selector(spec) }, template: template(spec) },
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

/**
 * Makes a Service that asks the site's load balancer for an address.
 * @param ports TCP ports by name; the pods listen on the same numbers.
 */
export function loadBalancer(
  name: string,
  namespace: string,
  ports: Readonly<Record<string, number>>,
  extra: { readonly annotations?: Readonly<Record<string, string>>; readonly selector: Readonly<Record<string, string>> },
): V1Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, ...(extra.annotations && { annotations: { ...extra.annotations } }) },
    spec: {
      type: "LoadBalancer",
      selector: { ...extra.selector },
      ports: Object.entries(ports).map(([portName, port]) => ({ name: portName, port, targetPort: port, protocol: "TCP" })),
    },
  };
}

/** Makes a PodDisruptionBudget, which bounds how many of the selected pods may be gone at once while hosts are drained. */
export function disruptionBudget(name: string, namespace: string, spec: V1PodDisruptionBudgetSpec): V1PodDisruptionBudget {
  return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name, namespace }, spec };
}

/** Makes a budget under which the pods of one workload leave their hosts one after the other. */
export function oneAtATime(workload: string, namespace: string): V1PodDisruptionBudget {
  return disruptionBudget(workload, namespace, { maxUnavailable: 1, selector: { matchLabels: selector({ name: workload }) } });
}

function metadata({ name, namespace, labels }: WorkloadSpec): V1ObjectMeta {
  return { name, namespace, labels: { "app.kubernetes.io/name": name, ...labels } };
}

function selector({ name }: Pick<WorkloadSpec, "name">): Record<string, string> {
  return { "app.kubernetes.io/name": name };
}

function template(spec: WorkloadSpec): V1PodTemplateSpec {
  return {
    metadata: { labels: { "app.kubernetes.io/name": spec.name, ...spec.labels } },
    spec: { ...spec.pod, containers: [...spec.containers] },
  };
}
