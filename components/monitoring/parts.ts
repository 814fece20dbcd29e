import { kubePrometheusStack } from "../charts/kube-prometheus-stack";
import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import type { Flow } from "../tenancy/flows";
import { alertFlows } from "./alerts";
import { blackboxObjects } from "./blackbox";
import { endpointRules } from "./endpoint-rules";
import { hubCheckRules } from "./hub-check-rules";
import { MONITORING_PODS } from "./pods";
import { ALERTMANAGER_MESH_PORT, DNS_METRICS_PORT, HOST_METRICS_PORTS, MONITORING_PORTS } from "./ports";
import { probeFlows, probeObjects } from "./probes";
import { SCRAPED } from "./scraped";
import type { MonitoringSettings, MonitoringStack } from "./settings";
import { monitoringValues } from "./values";

/** The parts of monitoring. */
export interface MonitoringParts extends ConcernParts {
  /** Undefined if the cluster's own monitoring watches the facility. */
  readonly stack?: Part;
}

/** What monitoring needs to know of the rest of the site. */
export interface MonitoringFacts {
  readonly nodes: Nodes;
  readonly namespace: string;
  /** StorageClass of the volumes of Prometheus and Grafana. */
  readonly blockClass: string;
  /** All other parts of the site, whose endpoints are asked. */
  readonly others: readonly Part[];
  /** Namespace in which the job runs that does what a user does; undefined where there is none. */
  readonly hubCheck: string | undefined;
}

/** The parts of monitoring that a site has. */
export function monitoringParts(monitoring: MonitoringSettings, facts: MonitoringFacts): MonitoringParts {
  return choose(monitoring, { stack: (settings) => ({ stack: stackPart(settings, facts) }), provided: () => ({}) });
}

/** Prometheus, Alertmanager and Grafana, with the CRDs of ServiceMonitors that other charts use, and what asks the site's endpoints. */
function stackPart(settings: MonitoringStack, { nodes, namespace, blockClass, others, hubCheck }: MonitoringFacts): Part {
  const { prometheus, alertmanager, grafana, blackbox } = MONITORING_PODS;
  const probes = others.flatMap((told) => told.probes);
  return part("monitoring", {
    releases: {
      chart: { chart: kubePrometheusStack, release: "kube-prometheus-stack", values: monitoringValues(settings, blockClass) },
    },
    objects: {
      ...blackboxObjects(namespace, nodes),
      ...probeObjects(probes, namespace),
      "endpoint-rules": endpointRules(namespace),
      ...(hubCheck !== undefined && { "hub-check-rules": hubCheckRules(namespace, hubCheck) }),
    },
    flows: [
      toApiServer("monitoring"),
      ...SCRAPED.map(([to, port]): Flow => ({ from: prometheus, to, ports: [port] })),
      { from: prometheus, to: "hosts", ports: HOST_METRICS_PORTS },
      { from: prometheus, to: "dns", ports: [DNS_METRICS_PORT] },
      { from: prometheus, to: blackbox, ports: [MONITORING_PORTS.blackbox.http] },
      ...probeFlows(others),
      { from: prometheus, to: alertmanager, ports: Object.values(MONITORING_PORTS.alertmanager) },
      { from: grafana, to: prometheus, ports: [MONITORING_PORTS.prometheus.web] },
      { from: grafana, to: alertmanager, ports: [MONITORING_PORTS.alertmanager.web] },
      // Several Alertmanagers tell each other what they have sent.
      { from: alertmanager, to: alertmanager, ports: [ALERTMANAGER_MESH_PORT] },
      { from: alertmanager, to: alertmanager, ports: [ALERTMANAGER_MESH_PORT], protocol: "UDP" },
      ...alertFlows(settings.alerts),
    ],
    pods: Object.values(MONITORING_PODS),
  });
}
