import { HUB_PODS } from "../hub/pods";
import { CERT_MANAGER_PODS, FLUX_PODS, METALLB_CONTROLLER, TRAEFIK } from "../platform/pods";
import { cephPods } from "../storage/pods";
import type { PodKind } from "../tenancy/flows";
import { MONITORING_PODS } from "./pods";

const { operator, stateMetrics, grafana, prometheus } = MONITORING_PODS;
const { mgr, exporter } = cephPods("rook");
const { check: _, ...controllers } = FLUX_PODS;

/** Pods whose metrics Prometheus reads, each with the name of the port of the metrics. */
const METRICS: readonly (readonly [PodKind, string])[] = [
  [operator, "http"],
  [stateMetrics, "http"],
  [grafana, "grafana"],
  [prometheus, "web"],
  [prometheus, "reloader-web"],
  [TRAEFIK, "metrics"],
  ...[CERT_MANAGER_PODS.controller, CERT_MANAGER_PODS.webhook, CERT_MANAGER_PODS.cainjector].map((pods) => [pods, "http-metrics"] as const),
  ...Object.values(controllers).map((pods) => [pods, "http-prom"] as const),
  [METALLB_CONTROLLER, "metricshttps"],
  [HUB_PODS.hub, "http"],
  [mgr, "http-metrics"],
  [exporter, "http-metrics"],
];

/** Pods whose metrics Prometheus reads, each with the ports of the metrics. */
export const SCRAPED = METRICS.map(
  ([pods, name]) => [pods, pods.listens.filter((listener) => listener.name === name).map(({ port }) => port)] as const,
);
