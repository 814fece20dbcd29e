import * as pulumi from "@pulumi/pulumi";
import { HelmChart } from "../charts/helm-chart";
import type { Delivery } from "../charts/settings";
import { traefik, type TraefikPort, type TraefikValues } from "../charts/traefik";
import { resources } from "../charts/workload";
import { addressAnnotation, type Platform } from "./settings";

export interface TraefikArgs {
  readonly settings: Platform["ingress"];
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** Entry points by name; routes refer to these. */
export const ENTRY_POINTS = { http: "web", https: "websecure", dask: "dask", daskWorker: "daskworker" } as const;

/** Traefik v3: HTTPS for the services, and Dask's TLS passed through unbroken by SNI. */
export class Traefik extends pulumi.ComponentResource {
  constructor(name: string, { settings, namespace, delivery }: TraefikArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Traefik", name, {}, opts);
    new HelmChart(
      `${name}-chart`,
      { chart: traefik, release: "traefik", namespace, values: traefikValues(settings), delivery },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

export function traefikValues({ address, replicas, ports }: Platform["ingress"]): TraefikValues {
  const entry = (port: number, exposedPort: number): TraefikPort => ({ port, exposedPort, expose: { default: true }, protocol: "TCP" });
  // A quiet Dask connection is a healthy one: the default of 60 s would cut it (guide jupyterhub-and-dask.md §9, trap 18).
  const patient = { transport: { respondingTimeouts: { readTimeout: 0, idleTimeout: 0 } } };
  return {
    deployment: { replicas },
    resources: resources("250m", "256Mi", "512Mi"),
    ports: {
      [ENTRY_POINTS.http]: {
        ...entry(8000, ports.http),
        http: { redirections: { entryPoint: { to: ENTRY_POINTS.https, scheme: "https", permanent: true } } },
      },
      [ENTRY_POINTS.https]: entry(8443, ports.https),
      [ENTRY_POINTS.dask]: { ...entry(8786, ports.dask), ...patient },
      [ENTRY_POINTS.daskWorker]: { ...entry(8788, ports.daskWorker), ...patient },
    },
    // Local keeps the client's address, which allow-lists and logs need.
    service: { annotations: addressAnnotation(address), spec: { externalTrafficPolicy: "Local" } },
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    providers: {
      kubernetesCRD: { enabled: true, allowCrossNamespace: false, allowExternalNameServices: false },
      kubernetesIngress: { enabled: true },
    },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
  };
}
