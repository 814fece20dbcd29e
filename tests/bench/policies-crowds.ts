// Objects that are about each other, all in one namespace: where each is tried with each, many of them show it.
import type { Data } from "../policies/manifests";
import { made } from "./policies-objects";

const SPACE = "space-0";
/** A label that all objects of a crowd have. */
const SHARED = { crowd: "all" };

/** Makes the objects of a crowd out of a number; each index is one or more objects. */
type Crowd = (index: number) => readonly Data[];

const object = (kind: string, index: number, fields: Data = {}): Data => ({ ...made(kind, `thing-${index}`, SPACE, index), ...fields });
/** A pod with the label of the crowd, which also has these fields in its spec. */
const pod = (index: number, spec: Data = {}): Data => {
  const own = made("Pod", `thing-${index}`, SPACE, index);
  return { ...own, metadata: { name: `thing-${index}`, namespace: SPACE, labels: SHARED }, spec: { ...(own["spec"] as Data), ...spec } };
};
/** A Deployment whose pods have the label of the crowd. */
const deployment = (index: number): Data => {
  const own = made("Deployment", `thing-${index}`, SPACE, index);
  const { template, ...spec } = own["spec"] as { readonly template: Data };
  return { ...own, spec: { ...spec, selector: { matchLabels: SHARED }, template: { ...template, metadata: { labels: SHARED } } } };
};
const roleRef = (kind: string, name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
const account = (name: string) => [{ kind: "ServiceAccount", name, namespace: SPACE }];
/** A role that is there once, with the first of the crowd. */
const once = (index: number, one: Data): readonly Data[] => (index === 0 ? [one] : []);
const reader = { ...made("Role", "reader", SPACE), rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }] };

const CROWDS: Readonly<Record<string, Crowd>> = {
  "Pods and LimitRanges": (index) => [
    pod(index),
    object("LimitRange", index, {
      spec: {
        limits: [
          { type: "Container", min: { cpu: "1m" }, max: { memory: "1Gi" }, default: { cpu: "1" }, defaultRequest: { memory: "1Mi" } },
          { type: "Pod", max: { memory: "2Gi" }, maxLimitRequestRatio: { memory: "10" } },
        ],
      },
    }),
  ],
  "Pods above LimitRanges": (index) => [
    pod(index),
    object("LimitRange", index, { spec: { limits: [{ type: "Container", max: { memory: "1Ki" } }] } }),
  ],
  "claims and LimitRanges": (index) => [
    object("PersistentVolumeClaim", index),
    object("LimitRange", index, {
      spec: { limits: [{ type: "PersistentVolumeClaim", min: { storage: "1Mi" }, max: { storage: "1Ti" } }] },
    }),
  ],
  "Pods and ResourceQuotas": (index) => [
    pod(index),
    object("ResourceQuota", index, { spec: { hard: { pods: "100000", "requests.cpu": "1000" } } }),
  ],
  "Pods and ResourceQuotas of their class": (index) => [
    pod(index, { priorityClassName: `class-${index}` }),
    object("ResourceQuota", index, {
      spec: {
        hard: { pods: "100000" },
        scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: [`class-${index}`] }] },
      },
    }),
  ],
  "StatefulSets and configurations of caches": (index) => {
    const own = made("StatefulSet", `thing-${index}`, SPACE, index);
    const { template, ...spec } = own["spec"] as { readonly template: { readonly spec: Data } };
    const volumes = [{ name: "config", configMap: { name: `thing-${index}` } }];
    return [
      { ...own, spec: { ...spec, template: { ...template, spec: { ...template.spec, volumes } } } },
      object("ConfigMap", index, { data: { "xrootd.cfg": "pfc.diskusage 0.8 0.9\n" } }),
    ];
  },
  "Pods and NetworkPolicies of all": (index) => [
    pod(index),
    object("NetworkPolicy", index, {
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: { matchLabels: SHARED } }], ports: [{ port: 1000 + index }] }],
      },
    }),
  ],
  "Pods and Services of all": (index) => [pod(index), object("Service", index, { spec: { selector: SHARED, ports: [{ port: 80 }] } })],
  "Deployments and budgets of all": (index) => [
    deployment(index),
    object("PodDisruptionBudget", index, { spec: { maxUnavailable: 1, selector: { matchLabels: SHARED } } }),
  ],
  "Deployments and other budgets of all": (index) => [
    deployment(index),
    object("PodDisruptionBudget", index, {
      spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: "crowd", operator: "In", values: ["all", `not-${index}`] }] } },
    }),
  ],
  "autoscalers of one Deployment": (index) => [
    ...once(index, deployment(0)),
    object("HorizontalPodAutoscaler", index, {
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "thing-0" }, maxReplicas: 3 },
    }),
  ],
  "Pods of a PriorityClass each": (index) => [pod(index, { priorityClassName: `class-${index}` }), made("PriorityClass", `class-${index}`)],
  "Pods of an unknown PriorityClass": (index) => [pod(index, { priorityClassName: "no-such-class" })],
  "RoleBindings to one Role": (index) => [
    ...once(index, made("Role", "one", SPACE)),
    object("RoleBinding", index, { roleRef: roleRef("Role", "one"), subjects: account(`thing-${index}`) }),
    pod(index, { serviceAccountName: `thing-${index}` }),
  ],
  "RoleBindings of one account": (index) => [
    object("Role", index),
    object("RoleBinding", index, { roleRef: roleRef("Role", `thing-${index}`), subjects: account("one") }),
    pod(index, { serviceAccountName: "one" }),
  ],
  "accounts that read all Secrets": (index) => [
    ...once(index, reader),
    object("RoleBinding", index, { roleRef: roleRef("Role", "reader"), subjects: account(`thing-${index}`) }),
    object("Secret", index),
    pod(index, { serviceAccountName: `thing-${index}` }),
  ],
  "ClusterRoles that all gather": (index) => [
    {
      ...made("ClusterRole", `thing-${index}`),
      metadata: { name: `thing-${index}`, labels: SHARED },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: SHARED }] },
    },
  ],
  "Pods that read one Secret": (index) => [
    ...once(index, object("Secret", 0)),
    pod(index, { volumes: [{ name: "secret", secret: { secretName: "thing-0" } }] }),
  ],
  "Ingresses of one host": (index) => [
    object("Ingress", index, { spec: { tls: [{ hosts: ["one.example.org"], secretName: "one" }], rules: [{ host: "one.example.org" }] } }),
  ],
  "IngressRoutes of one host": (index) => [
    object("IngressRoute", index, { spec: { routes: [{ match: "Host(`one.example.org`)", kind: "Rule" }], tls: { secretName: "one" } } }),
  ],
  "IPAddressPools of one range": (index) => [object("IPAddressPool", index, { spec: { addresses: ["10.0.0.0/28"] } })],
  "default StorageClasses": (index) => [
    {
      ...made("StorageClass", `thing-${index}`),
      metadata: { name: `thing-${index}`, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    },
  ],
  "Pods that keep apart": (index) => [
    pod(index, {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: SHARED }, topologyKey: "kubernetes.io/hostname" },
          ],
        },
      },
    }),
  ],
};

/** Names of crowds that {@link crowdOf} makes. */
export const CROWD_NAMES: readonly string[] = Object.keys(CROWDS);

/** A crowd of about so many objects, with the namespace that it is in. */
export function crowdOf(name: string, count: number): readonly Data[] {
  const crowd = CROWDS[name] ?? (() => []);
  const many = Math.ceil(count / crowd(1).length);
  const space = [made("Namespace", SPACE), made("ResourceQuota", "quota", SPACE)];
  return [...space, ...Array.from({ length: many }, (_, index) => crowd(index)).flat()];
}
