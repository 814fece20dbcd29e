/** Entry points by name; routes refer to these. */
export const ENTRY_POINTS = { http: "web", https: "websecure", dask: "dask", daskWorker: "daskworker" } as const;

/** Container ports of Traefik, by entry point. They are ours to choose: above 1024, so that no pod needs a right for them (https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/values.yaml, `ports`). */
export const TRAEFIK_PORTS = {
  [ENTRY_POINTS.http]: 8000,
  [ENTRY_POINTS.https]: 8443,
  [ENTRY_POINTS.dask]: 8786,
  [ENTRY_POINTS.daskWorker]: 8788,
} as const;

/** Port of https, by which charts, images and authorities are reached (https://datatracker.ietf.org/doc/html/rfc9110#section-4.2.2). */
export const HTTPS_PORT = 443;

/** The one port of OpenShift's router for https (https://docs.okd.io/latest/networking/ingress_load_balancing/routes/route-configuration.html). */
export const ROUTER_PORT = 443;

/** What an authority asks a host for its challenge on (https://datatracker.ietf.org/doc/html/rfc8555#section-8.3). */
export const HTTP_PORT = 80;

/** Updates and questions of DNS (https://datatracker.ietf.org/doc/html/rfc1035#section-4.2). */
export const DNS_PORT = 53;

/** Webhook of cert-manager (https://cert-manager.io/docs/concepts/webhook/#webhook-connection-problems-on-gke-private-cluster). */
export const CERT_MANAGER_WEBHOOK_PORT = 10250;

/** Webhook of MetalLB's controller (https://github.com/metallb/metallb/blob/v0.16.2/charts/metallb/templates/controller.yaml). */
export const METALLB_WEBHOOK_PORT = 9443;
