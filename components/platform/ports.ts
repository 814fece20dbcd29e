/** Names of Traefik's entry points, to which routes refer. */
export const ENTRY_POINTS = { http: "web", https: "websecure", dask: "dask", daskWorker: "daskworker" } as const;

/**
 * Container ports of Traefik, by entry point. We chose them above 1024, where a container needs no capability to listen; the chart takes
 * them as `ports` (https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/values.yaml).
 */
export const TRAEFIK_PORTS = {
  [ENTRY_POINTS.http]: 8000,
  [ENTRY_POINTS.https]: 8443,
  [ENTRY_POINTS.dask]: 8786,
  [ENTRY_POINTS.daskWorker]: 8788,
} as const;

/** TCP port of https (https://datatracker.ietf.org/doc/html/rfc9110#section-4.2.2): of charts, images, authorities. */
export const HTTPS_PORT = 443;

/**
 * TCP port on which OpenShift's router serves https
 * (https://docs.okd.io/latest/networking/ingress_load_balancing/routes/route-configuration.html).
 */
export const ROUTER_PORT = 443;

/** TCP port on which an authority asks a host for its challenge (https://datatracker.ietf.org/doc/html/rfc8555#section-8.3). */
export const HTTP_PORT = 80;

/** TCP port of DNS, for queries and updates (https://datatracker.ietf.org/doc/html/rfc7766). */
export const DNS_PORT = 53;

/**
 * TCP port of cert-manager's webhook pods
 * (https://cert-manager.io/docs/concepts/webhook/#webhook-connection-problems-on-gke-private-cluster).
 */
export const CERT_MANAGER_WEBHOOK_PORT = 10250;

/**
 * TCP port of the webhook in MetalLB's controller
 * (https://github.com/metallb/metallb/blob/v0.16.2/charts/metallb/templates/controller.yaml).
 */
export const METALLB_WEBHOOK_PORT = 9443;

/** TCP port on which Flux' controllers serve each other (https://github.com/fluxcd-community/helm-charts/tree/flux2-2.18.3/charts/flux2/templates). */
export const FLUX_HTTP_PORT = 9090;

/**
 * TCP port of the pods that answer a challenge of http-01
 * (https://github.com/cert-manager/cert-manager/blob/v1.21.2/pkg/issuer/acme/http/pod.go).
 */
export const SOLVER_PORT = 8089;

/** TCP ports of every controller of Flux, by their names (https://github.com/fluxcd-community/helm-charts/tree/flux2-2.18.3/charts/flux2/templates). */
export const FLUX_CONTROLLER_PORTS = { "http-prom": 8080, healthz: 9440 } as const;

/** TCP port on which Flux' notification controller takes calls from outside; nothing of the facility calls it (same place). */
export const FLUX_RECEIVER_PORT = 9292;

/** TCP port on which each of cert-manager's programs serves metrics (https://cert-manager.io/docs/devops-tips/prometheus-metrics/). */
export const CERT_MANAGER_METRICS_PORT = 9402;

/** TCP ports on which cert-manager's controller and its webhook say that they are well (https://github.com/cert-manager/cert-manager/tree/v1.21.2/deploy/charts/cert-manager). */
export const CERT_MANAGER_HEALTH_PORTS = { controller: 9403, webhook: 6080 } as const;

/** TCP port on which MetalLB serves metrics (https://github.com/metallb/metallb/blob/v0.16.2/charts/metallb/templates/controller.yaml). */
export const METALLB_METRICS_PORT = 9120;

/** TCP ports of Traefik beside its entry points, by their names (https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/values.yaml). */
export const TRAEFIK_OWN_PORTS = { traefik: 8080, metrics: 9100 } as const;
