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
