import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { HelmChart } from "../charts/helm-chart";
import { kubePrometheusStack, type PrometheusStackValues } from "../charts/kube-prometheus-stack";
import type { Delivery } from "../charts/settings";
import { claimSpec, resources } from "../charts/workload";
import { selectUse } from "../nodes/labels";
import type { Monitoring as Settings } from "./settings";

export interface MonitoringArgs {
  readonly settings: Settings;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  readonly storageClass: string;
}

const ADMIN_SECRET = "grafana-admin";

/** Prometheus, Alertmanager and Grafana, with the monitors' CRDs that other charts use. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, { settings, namespace, delivery, storageClass }: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:monitoring:Monitoring", name, {}, opts);
    // The chart would draw a new password at every render (guide chart-footprints.md §1, finding 9).
    const password = new random.RandomPassword(`${name}-grafana-password`, { length: 32, special: false }, { parent: this });
    const admin = new k8s.core.v1.Secret(
      `${name}-grafana-admin`,
      { metadata: { name: ADMIN_SECRET, namespace }, stringData: { "admin-user": "admin", "admin-password": password.result } },
      { parent: this },
    );
    new HelmChart(
      `${name}-chart`,
      {
        chart: kubePrometheusStack,
        release: "kube-prometheus-stack",
        namespace,
        values: monitoringValues(settings, storageClass),
        delivery,
      },
      { parent: this, dependsOn: [admin] },
    );
    this.registerOutputs({});
  }
}

export function monitoringValues({ retention, volume, memory }: Settings, storageClass: string): PrometheusStackValues {
  return {
    prometheus: {
      prometheusSpec: {
        retention,
        resources: resources("1", memory),
        storageSpec: { volumeClaimTemplate: { spec: claimSpec(volume, storageClass) } },
        nodeSelector: selectUse("services"),
        serviceMonitorSelectorNilUsesHelmValues: false,
        podMonitorSelectorNilUsesHelmValues: false,
        ruleSelectorNilUsesHelmValues: false,
      },
    },
    alertmanager: { alertmanagerSpec: { resources: resources("50m", "128Mi", "256Mi") } },
    prometheusOperator: {
      resources: resources("100m", "128Mi", "512Mi"),
      admissionWebhooks: { enabled: false },
      tls: { enabled: false },
    },
    grafana: {
      admin: { existingSecret: ADMIN_SECRET, userKey: "admin-user", passwordKey: "admin-password" },
      resources: resources("100m", "256Mi", "512Mi"),
      sidecar: { resources: resources("50m", "128Mi", "256Mi") },
      persistence: { enabled: true, storageClassName: storageClass, size: "5Gi" },
      testFramework: { enabled: false },
    },
    "kube-state-metrics": { resources: resources("50m", "128Mi", "256Mi") },
    "prometheus-node-exporter": { resources: resources("50m", "32Mi", "128Mi") },
  };
}
