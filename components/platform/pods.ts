import { podKind } from "../tenancy/flows";
import {
  CERT_MANAGER_HEALTH_PORTS,
  CERT_MANAGER_METRICS_PORT,
  CERT_MANAGER_WEBHOOK_PORT,
  FLUX_CONTROLLER_PORTS,
  FLUX_HTTP_PORT,
  FLUX_RECEIVER_PORT,
  METALLB_METRICS_PORT,
  METALLB_WEBHOOK_PORT,
  TRAEFIK_OWN_PORTS,
  TRAEFIK_PORTS,
} from "./ports";

const flux = (name: string, listens: Readonly<Record<string, number>> = {}) =>
  podKind("flux", name, { app: name }, { ...listens, ...FLUX_CONTROLLER_PORTS });

/** Pods of Flux (https://github.com/fluxcd-community/helm-charts/tree/flux2-2.18.3/charts/flux2/templates). */
export const FLUX_PODS = {
  source: flux("source-controller", { http: FLUX_HTTP_PORT }),
  helm: flux("helm-controller"),
  kustomize: flux("kustomize-controller"),
  notification: flux("notification-controller", { http: FLUX_HTTP_PORT, "http-webhook": FLUX_RECEIVER_PORT }),
  check: podKind("flux", "flux-check", { "app.kubernetes.io/part-of": "flux" }),
} as const;

const certManager = (name: string, app: string, listens: Readonly<Record<string, number>> = {}) =>
  podKind("cert-manager", name, { app }, listens);

/** Pods of cert-manager (https://github.com/cert-manager/cert-manager/tree/v1.21.2/deploy/charts/cert-manager/templates). */
export const CERT_MANAGER_PODS = {
  controller: certManager("controller", "cert-manager", {
    "http-metrics": CERT_MANAGER_METRICS_PORT,
    "http-healthz": CERT_MANAGER_HEALTH_PORTS.controller,
  }),
  webhook: certManager("webhook", "webhook", {
    https: CERT_MANAGER_WEBHOOK_PORT,
    healthcheck: CERT_MANAGER_HEALTH_PORTS.webhook,
    "http-metrics": CERT_MANAGER_METRICS_PORT,
  }),
  cainjector: certManager("cainjector", "cainjector", { "http-metrics": CERT_MANAGER_METRICS_PORT }),
  check: certManager("startupapicheck", "startupapicheck"),
} as const;

/** MetalLB's controller (https://github.com/metallb/metallb/tree/v0.16.2/charts/metallb/templates). Its speakers use their host's network. */
export const METALLB_CONTROLLER = podKind(
  "metallb",
  "controller",
  { "app.kubernetes.io/name": "metallb", "app.kubernetes.io/component": "controller" },
  { metricshttps: METALLB_METRICS_PORT, "webhook-server": METALLB_WEBHOOK_PORT },
);

/** Traefik's pods (https://github.com/traefik/traefik-helm-chart/tree/v41.3.0/traefik/templates). */
export const TRAEFIK = podKind("traefik", "traefik", { "app.kubernetes.io/name": "traefik" }, { ...TRAEFIK_PORTS, ...TRAEFIK_OWN_PORTS });
