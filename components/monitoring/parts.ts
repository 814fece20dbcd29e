import { kubePrometheusStack } from "../charts/kube-prometheus-stack";
import { choose } from "../choose";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import type { Flow } from "../tenancy/flows";
import { ROLES } from "../tenancy/roles";
import { HOST_METRICS_PORTS } from "./ports";
import type { Monitoring, MonitoringStack } from "./settings";
import { monitoringValues } from "./values";

export interface MonitoringParts extends ConcernParts {
  readonly stack?: Part;
}

/** @param blockClass StorageClass of what Prometheus and Grafana keep. */
export function monitoringParts(monitoring: Monitoring, blockClass: string): MonitoringParts {
  return choose(monitoring, { stack: (settings) => ({ stack: stackPart(settings, blockClass) }), provided: () => ({}) });
}

/** Prometheus, Alertmanager and Grafana, with the monitors' CRDs that other charts use. */
function stackPart(settings: MonitoringStack, blockClass: string): Part {
  return part("monitoring", {
    releases: { chart: { chart: kubePrometheusStack, release: "kube-prometheus-stack", values: monitoringValues(settings, blockClass) } },
    flows: [
      toApiServer("monitoring"),
      // Prometheus reads metrics wherever they are.
      ...ROLES.filter((role) => role !== "monitoring").map((role): Flow => ({ from: "monitoring", to: role, ports: [] })),
      { from: "monitoring", to: { kind: "hosts" }, ports: HOST_METRICS_PORTS },
    ],
  });
}
