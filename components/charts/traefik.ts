import type { V1DeploymentStrategy, V1PodSpec } from "@kubernetes/client-node";
import { fullName, ofServices, type Chart } from "./chart";
import { daemonSet, deployment, LOCKED, budgetOf, loadBalancer, type Resources, type WorkloadSpec } from "../workloads/kit";
import { placed, POD, prioritized } from "./placement";
import { withDefaults } from "./values";

/** One entry point in the form of the chart's values; timeouts are in seconds. */
export interface TraefikPort {
  readonly port: number;
  readonly exposedPort: number;
  readonly expose: { readonly default: boolean };
  readonly protocol: "TCP";
  readonly transport?: { readonly respondingTimeouts: { readonly readTimeout: number; readonly idleTimeout: number } };
  readonly http?: {
    readonly redirections: {
      readonly entryPoint: {
        readonly to: string;
        readonly scheme: "https";
        /** Of two routes that fit a request Traefik takes the one of the higher priority, which else is the length of its rule. */
        readonly priority: number;
        readonly permanent: true;
      };
    };
  };
}

/** The part of the chart's values that this project sets. */
export interface TraefikValues {
  readonly deployment: { readonly replicas: number };
  readonly resources: Resources;
  readonly priorityClassName: string;
  readonly ports: Readonly<Record<string, TraefikPort>>;
  readonly service: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly spec: { readonly externalTrafficPolicy: "Local" | "Cluster" };
  };
  readonly podDisruptionBudget: { readonly enabled: true; readonly maxUnavailable: number };
  /** Whether the chart binds roles in the namespaces of the providers, in place of one for the whole cluster. */
  readonly rbac: { readonly namespaced: true };
  readonly ingressClass: { readonly enabled: false };
  readonly providers: {
    readonly kubernetesCRD: {
      readonly enabled: true;
      readonly namespaces: readonly string[];
      readonly allowCrossNamespace: false;
      readonly allowExternalNameServices: false;
    };
    readonly kubernetesIngress: { readonly enabled: boolean; readonly namespaces: readonly string[] };
  };
  /** Options of TLS by name; those of the name `default` hold for every route that names none. */
  readonly tlsOptions: Readonly<Record<string, { readonly sniStrict: boolean }>>;
  readonly global: { readonly checkNewVersion: false; readonly sendAnonymousUsage: false };
}

/** An entry point, as far as it decides what runs. */
interface EntryPoint {
  readonly port: number;
  readonly exposedPort?: number;
  readonly expose?: { readonly default?: boolean };
  readonly protocol?: string;
  readonly hostPort?: number | null;
  readonly targetPort?: number | string | null;
}

/** The chart's own values, as far as they decide what runs (https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/values.yaml). */
const DEFAULTS = {
  ...POD,
  deployment: { enabled: true, kind: "Deployment", replicas: 1, podLabels: {} as Readonly<Record<string, string>> },
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } as NonNullable<V1DeploymentStrategy>,
  autoscaling: { enabled: false, maxReplicas: 1 },
  priorityClassName: "",
  hostNetwork: false,
  topologySpreadConstraints: [] as NonNullable<V1PodSpec["topologySpreadConstraints"]>,
  securityContext: LOCKED,
  podSecurityContext: { runAsGroup: 65532, runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
  ports: {
    traefik: { port: 8080, expose: { default: false }, exposedPort: 8080, protocol: "TCP" },
    web: { port: 8000, expose: { default: true }, exposedPort: 80, protocol: "TCP" },
    websecure: { port: 8443, expose: { default: true }, exposedPort: 443, protocol: "TCP" },
    metrics: { port: 9100, expose: { default: false }, exposedPort: 9100, protocol: "TCP" },
  } as Readonly<Record<string, EntryPoint | null>>,
  service: {
    enabled: true,
    annotations: {} as Readonly<Record<string, string>>,
    spec: {} as { readonly type?: string; readonly externalTrafficPolicy?: string },
  },
  podDisruptionBudget: { enabled: false, maxUnavailable: null as number | null, minAvailable: null as number | null },
};

/** Traefik v3 (https://github.com/traefik/traefik-helm-chart/tree/v41.3.0/traefik), which the chart runs as user 65532. */
export const traefik: Chart<TraefikValues> = {
  name: "traefik",
  repository: "https://traefik.github.io/charts",
  version: "41.3.0",
  // https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/Chart.yaml, kubeVersion
  kubernetes: { from: "1.25" },
  crdGroups: ["traefik.io"],
  tolerations: ofServices("tolerations"),
  configuration: [
    "global.checkNewVersion",
    "global.sendAnonymousUsage",
    "ports.*.transport.respondingTimeouts.*",
    "ports.*.http.redirections.entryPoint.*",
    { key: "rbac.namespaced", only: /^true$/ },
    { key: "ingressClass.enabled", only: /^false$/ },
    "providers.kubernetesCRD.enabled",
    "providers.kubernetesCRD.namespaces.*",
    // A route of one namespace must not lead to a Service of another, or out of the cluster.
    { key: "providers.kubernetesCRD.allowCrossNamespace", only: /^false$/ },
    { key: "providers.kubernetesCRD.allowExternalNameServices", only: /^false$/ },
    "providers.kubernetesIngress.enabled",
    "providers.kubernetesIngress.namespaces.*",
    { key: "tlsOptions.default.sniStrict", only: /^true$/ },
  ],
  workloads: ({ name: release, namespace, values }) => {
    const { deployment: pods, autoscaling, service, podDisruptionBudget, ports, ...pod } = withDefaults(DEFAULTS, values);
    const name = fullName(release, "traefik");
    const selector = { "app.kubernetes.io/name": "traefik", "app.kubernetes.io/instance": `${release}-${namespace}` };
    const { type, rollingUpdate } = pod.updateStrategy;
    const entryPoints = Object.entries(ports).flatMap(([port, entryPoint]) => (entryPoint ? [[port, entryPoint] as const] : []));
    const spec: WorkloadSpec = {
      name,
      namespace,
      selector,
      labels: pods.podLabels,
      containers: [
        {
          name: "traefik",
          image: "docker.io/traefik:v3.7.11",
          resources: pod.resources,
          ports: entryPoints.map(([port, { port: containerPort, protocol, hostPort }]) => ({
            name: port,
            containerPort,
            ...(protocol !== undefined && { protocol }),
            ...(hostPort && { hostPort }),
          })),
          securityContext: pod.securityContext,
        },
      ],
      pod: {
        ...prioritized(pod.priorityClassName),
        ...(pod.hostNetwork && { hostNetwork: true }),
        securityContext: pod.podSecurityContext,
        ...placed(pod),
        topologySpreadConstraints: [...pod.topologySpreadConstraints],
      },
    };
    return [
      ...(pods.kind === "DaemonSet"
        ? [daemonSet({ ...spec, ...(rollingUpdate && { rolling: rollingUpdate }) })]
        : [
            deployment({
              ...spec,
              replicas: autoscaling.enabled ? autoscaling.maxReplicas : pods.replicas,
              strategy: { ...(type !== undefined && { type }), ...(rollingUpdate && { rollingUpdate }) },
            }),
          ]),
      ...budgetOf({ name, namespace, selector }, podDisruptionBudget),
      ...(service.enabled && (service.spec.type ?? "LoadBalancer") === "LoadBalancer"
        ? [
            loadBalancer(name, namespace, {
              ports: entryPoints
                .filter(([, { expose }]) => expose?.default)
                .map(([port, { exposedPort, port: containerPort, targetPort, protocol }]) => ({
                  name: port,
                  port: exposedPort ?? containerPort,
                  targetPort: targetPort ?? port,
                  ...(protocol !== undefined && { protocol }),
                })),
              annotations: service.annotations,
              selector,
              ...(service.spec.externalTrafficPolicy !== undefined && { externalTrafficPolicy: service.spec.externalTrafficPolicy }),
            }),
          ]
        : []),
    ];
  },
};
