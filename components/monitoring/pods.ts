import { podKind, type PodKind } from "../tenancy/flows";
import { ALERTMANAGER_MESH_PORT, MONITORING_PORTS as PORTS } from "./ports";

const named = (name: keyof typeof PORTS, label: string): PodKind =>
  podKind("monitoring", label, { "app.kubernetes.io/name": label }, PORTS[name]);

const alertmanager = named("alertmanager", "alertmanager");

/** Pods of kube-prometheus-stack, those of its operator among them, and the exporter that asks endpoints. Pods of node-exporter use their host's network. */
export const MONITORING_PODS = {
  operator: podKind("monitoring", "prometheus-operator", { app: "kube-prometheus-stack-operator" }, PORTS.operator),
  stateMetrics: named("stateMetrics", "kube-state-metrics"),
  grafana: named("grafana", "grafana"),
  prometheus: named("prometheus", "prometheus"),
  blackbox: named("blackbox", "blackbox-exporter"),
  alertmanager: {
    ...alertmanager,
    listens: [...alertmanager.listens, { port: ALERTMANAGER_MESH_PORT }, { port: ALERTMANAGER_MESH_PORT, protocol: "UDP" }],
  } as PodKind,
} as const;
