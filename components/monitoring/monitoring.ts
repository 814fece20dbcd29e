import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { HelmChart } from "../delivery/helm-chart";
import { kubePrometheusStack } from "../charts/kube-prometheus-stack";
import type { Delivery } from "../delivery/settings";
import type { MonitoringStack as Settings } from "./settings";
import { ADMIN_SECRET, monitoringValues } from "./values";

export interface MonitoringArgs {
  readonly settings: Settings;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  readonly storageClass: string;
}

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
