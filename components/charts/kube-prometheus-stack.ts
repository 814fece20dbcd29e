import type { V1PersistentVolumeClaimSpec } from "@kubernetes/client-node";
import { ofServices, type Chart } from "./chart";
import { prometheusOperands } from "../operators/prometheus";
import { EXPORTER_TOLERATIONS, prometheusStackWorkloads } from "./prometheus-stack-pods";
import type { GROUP_ONCE, Resources } from "../workloads/kit";

interface StorageSpec {
  readonly volumeClaimTemplate: { readonly spec: V1PersistentVolumeClaimSpec };
}

/** The part of Alertmanager's configuration that this project sets (https://prometheus.io/docs/alerting/latest/configuration/). */
export interface AlertmanagerConfig {
  readonly route: { readonly receiver: string };
  readonly receivers: readonly {
    readonly name: string;
    readonly email_configs?: readonly {
      readonly to: string;
      readonly from: string;
      /** `host:port` of the relay. */
      readonly smarthost: string;
      readonly require_tls: boolean;
      /** Whether a mail also says that an alert is over. */
      readonly send_resolved: true;
    }[];
  }[];
}

/** The part of the chart's values that this project sets. */
export interface PrometheusStackValues {
  readonly prometheus: {
    readonly prometheusSpec: {
      readonly retention: string;
      readonly resources: Resources;
      /** The chart adds its own user and group. */
      readonly securityContext: typeof GROUP_ONCE;
      readonly storageSpec: StorageSpec;
      readonly nodeSelector: Readonly<Record<string, string>>;
      readonly priorityClassName: string;
      /**
       * These four are off, because Prometheus otherwise ignores monitors and rules of other releases without an error
       * (https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack).
       */
      readonly serviceMonitorSelectorNilUsesHelmValues: false;
      readonly podMonitorSelectorNilUsesHelmValues: false;
      readonly probeSelectorNilUsesHelmValues: false;
      readonly ruleSelectorNilUsesHelmValues: false;
    };
  };
  readonly alertmanager: { readonly alertmanagerSpec: { readonly resources: Resources }; readonly config?: AlertmanagerConfig };
  readonly prometheusOperator: {
    readonly resources: Resources;
    /** Both are off: with the first one off alone, the operator's Deployment mounts a Secret that only the chart's webhook jobs make. */
    readonly admissionWebhooks: { readonly enabled: false };
    readonly tls: { readonly enabled: false };
    /** Of the containers that reload the configuration of Prometheus and Alertmanager, one before the start and one beside it. */
    readonly prometheusConfigReloader: { readonly resources: Resources };
  };
  readonly grafana: {
    readonly admin: { readonly existingSecret: string; readonly userKey: string; readonly passwordKey: string };
    readonly resources: Resources;
    /** The chart adds its own user and group. */
    readonly securityContext: typeof GROUP_ONCE;
    readonly sidecar: { readonly resources: Resources };
    readonly persistence: { readonly enabled: boolean; readonly storageClassName: string; readonly size: string };
    /** One host at a time may mount the volume, so the old pod must be gone before a new one starts. */
    readonly deploymentStrategy: { readonly type: "Recreate" };
    /** Off: it changes the owner of the volume as root, which the pod's `fsGroup` does too. */
    readonly initChownData: { readonly enabled: false };
  };
  readonly "kube-state-metrics": { readonly resources: Resources };
  readonly "prometheus-node-exporter": { readonly resources: Resources };
}

/**
 * The Prometheus operator with Prometheus, Alertmanager, Grafana and exporters
 * (https://github.com/prometheus-community/helm-charts/tree/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack).
 */
export const kubePrometheusStack: Chart<PrometheusStackValues> = {
  name: "kube-prometheus-stack",
  repository: "https://prometheus-community.github.io/helm-charts",
  version: "88.5.3",
  crdGroups: ["monitoring.coreos.com"],
  tolerations: [
    ...ofServices("prometheus.prometheusSpec.tolerations", "alertmanager.alertmanagerSpec.tolerations"),
    ...ofServices("prometheusOperator.tolerations", "grafana.tolerations", "kube-state-metrics.tolerations"),
    { key: "prometheus-node-exporter.tolerations", hosts: "all", own: EXPORTER_TOLERATIONS },
  ],
  configuration: [
    "alertmanager.config.**",
    "grafana.admin.*",
    "prometheus.prometheusSpec.podMonitorSelectorNilUsesHelmValues",
    "prometheus.prometheusSpec.probeSelectorNilUsesHelmValues",
    "prometheus.prometheusSpec.retention",
    "prometheus.prometheusSpec.ruleSelectorNilUsesHelmValues",
    "prometheus.prometheusSpec.serviceMonitorSelectorNilUsesHelmValues",
  ],
  workloads: ({ name, namespace, values }) => prometheusStackWorkloads(name, namespace, values),
  operands: prometheusOperands,
};
