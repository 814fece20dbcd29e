import type { CertManagerValues } from "../charts/cert-manager";
import type { FluxValues } from "../charts/flux2";
import type { MetallbValues } from "../charts/metallb";
import type { TraefikPort, TraefikValues } from "../charts/traefik";
import { resources } from "../workloads/kit";
import { choose } from "../choose";
import { DNS_PORT, ENTRY_POINTS, TRAEFIK_PORTS } from "./ports";
import { FRONT } from "./priority-classes";
import { addressAnnotation, type LoadBalancer, type PlatformSettings, type TraefikSettings } from "./settings";

type Certificates = PlatformSettings["certificates"];

/** Values of cert-manager. docs/sources.md, Resources of charts and Replicas, says how the figures were chosen. */
export function certManagerValues(settings: Certificates): CertManagerValues {
  const selfCheck = choose(settings, {
    acme: ({ solver }) => choose(solver, { rfc2136: (chosen) => chosen.selfCheck, http01: () => undefined }),
    internal: () => undefined,
    provided: () => undefined,
  });
  return {
    ...(selfCheck && {
      dns01RecursiveNameservers: selfCheck.nameservers.map((address) => `${address}:${DNS_PORT}`).join(","),
      dns01RecursiveNameserversOnly: selfCheck.only,
    }),
    crds: { enabled: true, keep: true },
    replicaCount: 2,
    resources: resources("50m", "128Mi", "256Mi"),
    webhook: { replicaCount: 2, resources: resources("20m", "64Mi", "128Mi") },
    // The cainjector serves no requests, so one is enough.
    cainjector: { replicaCount: 1, resources: resources("20m", "128Mi", "256Mi") },
    startupapicheck: { resources: resources("20m", "64Mi") },
  };
}

/**
 * Values of Flux. The requests are the chart's own (https://github.com/fluxcd-community/helm-charts/blob/main/charts/flux2/values.yaml); it
 * sets no limits, and we chose 512Mi, eight times the request, for a controller that unpacks large charts.
 */
export function fluxValues(): FluxValues {
  const controller = { create: true, resources: resources("100m", "64Mi", "512Mi") };
  return {
    sourceController: controller,
    helmController: controller,
    kustomizeController: controller,
    notificationController: controller,
    imageAutomationController: { create: false },
    imageReflectionController: { create: false },
    // The facility's own policies open what the controllers need.
    policies: { create: false },
  };
}

/** Values of MetalLB. docs/sources.md, Resources of charts, says how the figures were chosen. */
export function metallbValues(): MetallbValues {
  return {
    controller: { resources: resources("50m", "64Mi", "128Mi") },
    speaker: { resources: resources("50m", "64Mi", "128Mi") },
    frrk8s: { enabled: false },
  };
}

/**
 * Values of Traefik. docs/sources.md, Resources of charts, says how the figures were chosen.
 * @param namespaces all that Traefik reads; the chart binds a role in each of them.
 */
export function traefikValues(
  { address, replicas, ports, timeouts }: TraefikSettings,
  loadBalancer: LoadBalancer,
  namespaces: readonly string[],
): TraefikValues {
  const entry = (port: number, exposedPort: number): TraefikPort => ({ port, exposedPort, expose: { default: true }, protocol: "TCP" });
  // Dask may stay silent on a connection for minutes. Traefik ends its read timeout when it has read the name that a client asks for
  // (https://github.com/traefik/traefik/blob/v3.7.13/pkg/server/router/tcp/router.go); 0 seconds means no timeout before that either
  // (https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/).
  const patient = { transport: { respondingTimeouts: { readTimeout: 0, idleTimeout: 0 } } };
  const uploads = { transport: { respondingTimeouts: { readTimeout: timeouts.read, idleTimeout: timeouts.idle } } };
  return {
    deployment: { replicas },
    resources: resources("250m", "256Mi", "512Mi"),
    priorityClassName: FRONT,
    ports: {
      // It redirects and serves challenges, so Traefik's own timeouts do. By default the redirection comes before every route: the authority would be led to
      // https, where there is nothing for a name that has no certificate yet.
      [ENTRY_POINTS.http]: {
        ...entry(TRAEFIK_PORTS.web, ports.http),
        http: { redirections: { entryPoint: { to: ENTRY_POINTS.https, scheme: "https", priority: 1, permanent: true } } },
      },
      [ENTRY_POINTS.https]: { ...entry(TRAEFIK_PORTS.websecure, ports.https), ...uploads },
      [ENTRY_POINTS.dask]: { ...entry(TRAEFIK_PORTS.dask, ports.dask), ...patient },
      [ENTRY_POINTS.daskWorker]: { ...entry(TRAEFIK_PORTS.daskworker, ports.daskWorker), ...patient },
    },
    // With Local Traefik sees the client's own address, which allow-lists and logs need.
    service: { annotations: addressAnnotation(loadBalancer, address), spec: { externalTrafficPolicy: "Local" } },
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    // Else the chart lets Traefik, which is open to everybody, read the Secrets of every namespace.
    rbac: { namespaced: true },
    // Without rights in the whole cluster Traefik reads no IngressClass, and leaves every Ingress alone that names one, as it would by default.
    ingressClass: { enabled: false },
    providers: {
      kubernetesCRD: { enabled: true, namespaces, allowCrossNamespace: false, allowExternalNameServices: false },
      kubernetesIngress: { enabled: true, namespaces },
    },
    // Else a client that asks for a name that nobody has gets a certificate of Traefik's own, and reaches Traefik in place of a Dask.
    tlsOptions: { default: { sniStrict: true } },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
  };
}
