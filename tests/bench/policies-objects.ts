// Objects of one kind, as many as are asked for, in namespaces of fifty that have their quota, defaults and policy.
import type { Data } from "../policies/manifests";

/** Makes an object of a name and a namespace; the index is another for each. */
type Maker = (name: string, namespace: string, index: number) => Data;

const container = {
  name: "main",
  image: "registry.example.org/group/program:1.2.3",
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
  resources: { requests: { cpu: "1m", memory: "1Mi" }, limits: { memory: "1Mi" } },
};
const template = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container],
  },
});
const workload =
  (kind: string, apiVersion: string, more: Data): Maker =>
  (name, namespace) => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } }, template: template(name), ...more },
  });
const ofCore =
  (kind: string, spec: Maker): Maker =>
  (name, namespace, index) => ({ apiVersion: "v1", kind, metadata: { name, namespace }, ...spec(name, namespace, index) });
const rbac =
  (kind: string, fields: Maker): Maker =>
  (name, namespace, index) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata: { name, ...(namespace !== "" && { namespace }) },
    ...fields(name, namespace, index),
  });
const subject = (name: string, namespace: string) => [{ kind: "ServiceAccount", name, namespace }];

const MAKERS: Readonly<Record<string, Maker>> = {
  Pod: (name, namespace) => ({ apiVersion: "v1", kind: "Pod", ...template(name), metadata: { name, namespace, labels: { app: name } } }),
  Deployment: workload("Deployment", "apps/v1", { replicas: 1 }),
  StatefulSet: workload("StatefulSet", "apps/v1", {
    replicas: 1,
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], storageClassName: "rook-ceph-block", resources: { requests: { storage: "1Gi" } } },
      },
    ],
  }),
  DaemonSet: workload("DaemonSet", "apps/v1", {}),
  Job: (name, namespace) => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace }, spec: { template: template(name) } }),
  PersistentVolumeClaim: ofCore("PersistentVolumeClaim", () => ({
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "rook-ceph-block", resources: { requests: { storage: "1Gi" } } },
  })),
  PersistentVolume: (name) => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], nfs: { server: "nfs.example.org", path: "/x" } },
  }),
  Service: ofCore("Service", (name) => ({ spec: { selector: { app: name }, ports: [{ port: 80 }] } })),
  "Service of LoadBalancer": ofCore("Service", (name) => ({
    spec: { type: "LoadBalancer", selector: { app: name }, ports: [{ port: 80 }] },
  })),
  ConfigMap: ofCore("ConfigMap", () => ({ data: { "config.yaml": "a: b\nc: d\n" } })),
  Secret: ofCore("Secret", () => ({ stringData: { password: "none" } })),
  ResourceQuota: ofCore("ResourceQuota", () => ({ spec: { hard: { pods: "100" } } })),
  LimitRange: ofCore("LimitRange", () => ({ spec: { limits: [{ type: "Container", max: { memory: "1Gi" } }] } })),
  Namespace: (name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  }),
  NetworkPolicy: (name, namespace) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: { matchLabels: { app: name } }, policyTypes: ["Ingress", "Egress"] },
  }),
  PodDisruptionBudget: (name, namespace) => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
  }),
  HorizontalPodAutoscaler: (name, namespace) => ({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name, namespace },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, maxReplicas: 3 },
  }),
  Ingress: (name, namespace) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace },
    spec: { tls: [{ hosts: [`${name}.example.org`], secretName: name }], rules: [{ host: `${name}.example.org` }] },
  }),
  IngressRoute: (name, namespace) => ({
    apiVersion: "traefik.io/v1alpha1",
    kind: "IngressRoute",
    metadata: { name, namespace },
    spec: { routes: [{ match: `Host(\`${name}.example.org\`)`, kind: "Rule" }], tls: { secretName: name } },
  }),
  Role: rbac("Role", () => ({ rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] })),
  RoleBinding: rbac("RoleBinding", (name, namespace) => ({
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: subject(name, namespace),
  })),
  ClusterRole: (name) => rbac("ClusterRole", () => ({ rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }))(name, "", 0),
  ClusterRoleBinding: (name, namespace) =>
    rbac("ClusterRoleBinding", () => ({
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: subject(name, namespace),
    }))(name, "", 0),
  PriorityClass: (name) => ({ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value: 1 }),
  StorageClass: (name) => ({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name }, provisioner: "x.example.org" }),
  IPAddressPool: (name, namespace, index) => ({
    apiVersion: "metallb.io/v1beta1",
    kind: "IPAddressPool",
    metadata: { name, namespace },
    spec: { addresses: [`10.${index >> 8}.${index & 255}.0/28`] },
  }),
  HelmRepository: (name, namespace) => ({
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "HelmRepository",
    metadata: { name, namespace },
    spec: { url: "https://charts.example.org" },
  }),
};

/** One object of a kind; the index tells it from others of its kind. */
export function made(kind: string, name: string, namespace = "", index = 0): Data {
  return MAKERS[kind]?.(name, namespace, index) ?? {};
}

/** Kinds that come with others, which they are about. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  "Deployment with budget, Service and policy": ["Deployment", "PodDisruptionBudget", "Service", "NetworkPolicy"],
  "Role with binding": ["Role", "RoleBinding"],
  "ClusterRole with binding": ["ClusterRole", "ClusterRoleBinding"],
  "Deployment with autoscaler": ["Deployment", "HorizontalPodAutoscaler"],
};

/** What {@link manyOf} makes. */
export const KINDS: readonly string[] = [...Object.keys(MAKERS), ...Object.keys(TOGETHER)];

/**
 * So many objects of a kind, or of several that come together, with the namespaces that they are in.
 * @param together how many objects of each kind a namespace has.
 */
export function manyOf(kind: string, count: number, together = 50): readonly Data[] {
  const kinds = TOGETHER[kind] ?? [kind];
  const many = Math.ceil(count / kinds.length);
  const spaces = kind === "Namespace" ? [] : Array.from({ length: Math.ceil(many / together) }, (_, index) => `space-${index}`);
  const inSpaces = Array.from({ length: many }, (_, index) =>
    kinds.map((each) => made(each, `thing-${index}`, spaces[Math.floor(index / together)], index)),
  );
  return [
    ...spaces.flatMap((name) => [
      made("Namespace", name),
      made("ResourceQuota", "quota", name),
      { ...made("NetworkPolicy", "default-deny", name), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    ]),
    ...inSpaces.flat(),
  ];
}
