/** An object as plain data. Tests change one field of it, so that a refusing case differs from a passing one in that field alone. */
export type Data = Readonly<Record<string, unknown>>;

/** A container that no rule objects to. */
export const CONTAINER: Data = {
  name: "main",
  image: "registry.example.org/group/program:1.2.3",
  resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "128Mi" } },
  securityContext: {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
};

export const POD_SPEC: Data = { containers: [CONTAINER] };

export const NAMESPACE: Data = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "work", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
};

export const QUOTA: Data = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "quota", namespace: "work" },
  spec: {
    hard: {
      "requests.cpu": "2",
      "requests.memory": "4Gi",
      "limits.memory": "8Gi",
      "requests.ephemeral-storage": "10Gi",
      pods: "10",
      persistentvolumeclaims: "4",
      "requests.storage": "10Gi",
      "services.loadbalancers": "1",
      "services.nodeports": "8",
      "count/secrets": "20",
      "count/configmaps": "20",
    },
  },
};

export const LIMIT_RANGE: Data = {
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "defaults", namespace: "work" },
  spec: { limits: [{ type: "Container", defaultRequest: { cpu: "50m", memory: "64Mi" }, default: { memory: "128Mi" } }] },
};

export const DEFAULT_DENY: Data = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "default-deny", namespace: "work" },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
};

/** A namespace that keeps every rule. */
export const KEPT: readonly Data[] = [NAMESPACE, QUOTA, LIMIT_RANGE, DEFAULT_DENY];

export const WORKLOAD_KINDS = {
  Pod: ["v1", []],
  PodTemplate: ["v1", ["template"]],
  ReplicationController: ["v1", ["spec", "template"]],
  Deployment: ["apps/v1", ["spec", "template"]],
  ReplicaSet: ["apps/v1", ["spec", "template"]],
  StatefulSet: ["apps/v1", ["spec", "template"]],
  DaemonSet: ["apps/v1", ["spec", "template"]],
  Job: ["batch/v1", ["spec", "template"]],
  CronJob: ["batch/v1", ["spec", "jobTemplate", "spec", "template"]],
} as const satisfies Record<string, readonly [apiVersion: string, template: readonly string[]]>;
export type WorkloadKind = keyof typeof WORKLOAD_KINDS;

/** The pod spec inside a workload of the given kind. */
export function workload(kind: WorkloadKind, spec: Data = POD_SPEC): Data {
  const [apiVersion, template] = WORKLOAD_KINDS[kind];
  const head = { apiVersion, kind, metadata: { name: "program", namespace: "work" } };
  return template.length === 0 ? { ...head, spec } : changed(head, [...template, "spec"], spec);
}

/** The path of the pod spec in a workload, as findings write it. */
export function specPath(kind: WorkloadKind): string {
  return [...WORKLOAD_KINDS[kind][1], "spec"].join(".");
}

/** A copy with one field set, or removed if the value is undefined. A step that is a number is an index of a list. Missing objects and lists on the way are made. */
export function changed(object: Data, steps: readonly (string | number)[], value: unknown): Data {
  return changedValue(object, steps, value) as Data;
}

function changedValue(value: unknown, [step, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (step === undefined) return to;
  if (typeof step === "number") {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[step] = changedValue(list[step], rest, to);
    return list;
  }
  const fields: Record<string, unknown> = typeof value === "object" && value !== null ? { ...value } : {};
  const below = changedValue(fields[step], rest, to);
  if (below === undefined) delete fields[step];
  else fields[step] = below;
  return fields;
}
