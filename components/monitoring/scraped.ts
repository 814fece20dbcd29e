import { CHECK_PODS } from "../data/pods";
import { CHECK_METRICS_PORT } from "../data/ports";
import { HUB_PODS } from "../hub/pods";
import { HUB_API_PORT } from "../hub/ports";
import { CERT_MANAGER_PODS, FLUX_PODS, METALLB_CONTROLLER, TRAEFIK } from "../platform/pods";
import { CERT_MANAGER_METRICS_PORT, FLUX_CONTROLLER_PORTS, METALLB_METRICS_PORT, TRAEFIK_OWN_PORTS } from "../platform/ports";
import { cephPods } from "../storage/pods";
import { EXPORTER_METRICS_PORT, MGR_METRICS_PORT } from "../storage/ports";
import type { PodKind } from "../tenancy/flows";
import { MONITORING_PODS } from "./pods";
import { MONITORING_PORTS as PORTS } from "./ports";

const { operator, stateMetrics, grafana, prometheus } = MONITORING_PODS;
const { mgr, exporter } = cephPods("rook");
const { check: _, ...controllers } = FLUX_PODS;

/** Pods whose metrics Prometheus reads, each with a port of metrics. */
export const SCRAPED: readonly (readonly [PodKind, number])[] = [
  [operator, PORTS.operator.http],
  [stateMetrics, PORTS.stateMetrics.http],
  [grafana, PORTS.grafana.grafana],
  [prometheus, PORTS.prometheus.web],
  [prometheus, PORTS.prometheus["reloader-web"]],
  [TRAEFIK, TRAEFIK_OWN_PORTS.metrics],
  [CERT_MANAGER_PODS.controller, CERT_MANAGER_METRICS_PORT],
  [CERT_MANAGER_PODS.webhook, CERT_MANAGER_METRICS_PORT],
  [CERT_MANAGER_PODS.cainjector, CERT_MANAGER_METRICS_PORT],
  ...Object.values(controllers).map((pods) => [pods, FLUX_CONTROLLER_PORTS["http-prom"]] as const),
  [METALLB_CONTROLLER, METALLB_METRICS_PORT],
  [HUB_PODS.hub, HUB_API_PORT],
  [mgr, MGR_METRICS_PORT],
  [exporter, EXPORTER_METRICS_PORT],
  [CHECK_PODS, CHECK_METRICS_PORT],
];
