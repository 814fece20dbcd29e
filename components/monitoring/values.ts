import type { PrometheusStackValues } from "../charts/kube-prometheus-stack";
import { claimSpec, GROUP_ONCE, resources } from "../workloads/kit";
import { selectUse } from "../nodes/labels";
import { alertmanagerConfig } from "./alerts";
import { SERVICES } from "../platform/priority-classes";
import type { MonitoringStack } from "./settings";

/** Name of the Secret with the user name and password of Grafana's administrator. */
export const ADMIN_SECRET = "grafana-admin";

/**
 * Values of kube-prometheus-stack. The chart sets no requests; docs/sources.md, Resources of charts, says how these were chosen.
 * @param storageClass StorageClass of the volumes of Prometheus and Grafana.
 */
export function monitoringValues({ retention, volume, memory, alerts }: MonitoringStack, storageClass: string): PrometheusStackValues {
  const config = alertmanagerConfig(alerts);
  return {
    prometheus: {
      prometheusSpec: {
        retention,
        resources: resources("1", memory),
        securityContext: GROUP_ONCE,
        storageSpec: { volumeClaimTemplate: { spec: claimSpec(volume, storageClass) } },
        nodeSelector: selectUse("services"),
        priorityClassName: SERVICES,
        serviceMonitorSelectorNilUsesHelmValues: false,
        podMonitorSelectorNilUsesHelmValues: false,
        probeSelectorNilUsesHelmValues: false,
        ruleSelectorNilUsesHelmValues: false,
      },
    },
    alertmanager: { alertmanagerSpec: { resources: resources("50m", "128Mi", "256Mi") }, ...(config && { config }) },
    prometheusOperator: {
      resources: resources("100m", "128Mi", "512Mi"),
      admissionWebhooks: { enabled: false },
      tls: { enabled: false },
      // What the operator asks for it by itself; the chart turns that off
      // (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.0/cmd/operator/main.go, DefaultConfig).
      prometheusConfigReloader: { resources: resources("10m", "50Mi") },
    },
    grafana: {
      admin: { existingSecret: ADMIN_SECRET, userKey: "admin-user", passwordKey: "admin-password" },
      resources: resources("100m", "256Mi", "512Mi"),
      securityContext: GROUP_ONCE,
      sidecar: { resources: resources("50m", "128Mi", "256Mi") },
      // Grafana keeps its SQLite database of users and dashboards there: megabytes. We chose 5 GiB.
      persistence: { enabled: true, storageClassName: storageClass, size: "5Gi" },
      deploymentStrategy: { type: "Recreate" },
      initChownData: { enabled: false },
    },
    "kube-state-metrics": { resources: resources("50m", "128Mi", "256Mi") },
    "prometheus-node-exporter": { resources: resources("50m", "32Mi", "128Mi") },
  };
}
