import type { Chart } from "./chart";
import { deployment, disruptionBudget, loadBalancer, RESTRICTED, type Resources } from "../workloads/kit";

/** One entry point as the chart spells it. */
export interface TraefikPort {
  readonly port: number;
  readonly exposedPort: number;
  readonly expose: { readonly default: boolean };
  readonly protocol: "TCP";
  readonly transport?: { readonly respondingTimeouts: { readonly readTimeout: number; readonly idleTimeout: number } };
  readonly http?: {
    readonly redirections: { readonly entryPoint: { readonly to: string; readonly scheme: "https"; readonly permanent: true } };
  };
}

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
  readonly providers: {
    readonly kubernetesCRD: { readonly enabled: true; readonly allowCrossNamespace: false; readonly allowExternalNameServices: false };
    readonly kubernetesIngress: { readonly enabled: boolean };
  };
  readonly global: { readonly checkNewVersion: false; readonly sendAnonymousUsage: false };
}

/** Traefik v3 (guide chart-footprints.md §3, platform.md §7). */
export const traefik: Chart<TraefikValues> = {
  name: "traefik",
  repository: "https://traefik.github.io/charts",
  version: "41.3.0",
  // https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/Chart.yaml, kubeVersion
  kubernetes: { from: "1.25" },
  crdGroups: ["traefik.io"],
  workloads: ({ name, namespace, values }) => [
    deployment({
      name,
      namespace,
      replicas: values.deployment.replicas,
      containers: [
        {
          name: "traefik",
          image: "docker.io/traefik:v3.7.11",
          resources: values.resources,
          ports: Object.entries(values.ports).map(([port, { port: containerPort }]) => ({ name: port, containerPort })),
          securityContext: RESTRICTED,
        },
      ],
      pod: { priorityClassName: values.priorityClassName, securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532 } },
    }),
    disruptionBudget(name, namespace, {
      maxUnavailable: values.podDisruptionBudget.maxUnavailable,
      selector: { matchLabels: { "app.kubernetes.io/name": name } },
    }),
    loadBalancer(
      name,
      namespace,
      Object.fromEntries(
        Object.entries(values.ports)
          .filter(([, { expose }]) => expose.default)
          .map(([port, { exposedPort }]) => [port, exposedPort]),
      ),
      { annotations: values.service.annotations, selector: { "app.kubernetes.io/name": name } },
    ),
  ],
};
