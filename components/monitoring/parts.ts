import { kubePrometheusStack } from "../charts/kube-prometheus-stack";
import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import type { Flow } from "../tenancy/flows";
import { ROLES } from "../tenancy/roles";
import { alertFlows } from "./alerts";
import { HOST_METRICS_PORTS } from "./ports";
import type { MonitoringSettings, MonitoringStack } from "./settings";
import { monitoringValues } from "./values";

/** The parts of monitoring. */
export interface MonitoringParts extends ConcernParts {
  /** Undefined if the cluster's own monitoring watches the facility. */
  readonly stack?: Part;
}

/**
 * The parts of monitoring that a site has.
 * @param nodes the pools of hosts, on each of which Prometheus reads metrics.
 * @param blockClass StorageClass of the volumes of Prometheus and Grafana.
 */
export function monitoringParts(monitoring: MonitoringSettings, nodes: Nodes, blockClass: string): MonitoringParts {
  return choose(monitoring, { stack: (settings) => ({ stack: stackPart(settings, nodes, blockClass) }), provided: () => ({}) });
}

/** Prometheus, Alertmanager and Grafana, with the CRDs of ServiceMonitors that other charts use. */
function stackPart(settings: MonitoringStack, nodes: Nodes, blockClass: string): Part {
  return part("monitoring", {
    releases: { chart: { chart: kubePrometheusStack, release: "kube-prometheus-stack", values: monitoringValues(settings, blockClass) } },
    flows: [
      toApiServer("monitoring"),
      // Metrics have no common port, so Prometheus may connect to every port of every namespace.
      ...ROLES.filter((role) => role !== "monitoring").map((role): Flow => ({ from: "monitoring", to: role, ports: [] })),
      { from: "monitoring", to: { kind: "hosts", pools: Object.keys(nodes) }, ports: HOST_METRICS_PORTS },
      ...alertFlows(settings.alerts),
    ],
  });
}
