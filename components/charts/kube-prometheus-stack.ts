import type { V1PersistentVolumeClaimSpec } from "@kubernetes/client-node";
import type { Chart } from "./chart";
import { claim, daemonSet, deployment, statefulSet, type GROUP_ONCE, type Resources } from "../workloads/kit";

interface StorageSpec {
  readonly volumeClaimTemplate: { readonly spec: V1PersistentVolumeClaimSpec };
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
       * These three are off, because Prometheus otherwise ignores monitors and rules of other releases without an error
       * (https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack).
       */
      readonly serviceMonitorSelectorNilUsesHelmValues: false;
      readonly podMonitorSelectorNilUsesHelmValues: false;
      readonly ruleSelectorNilUsesHelmValues: false;
    };
  };
  readonly alertmanager: { readonly alertmanagerSpec: { readonly resources: Resources } };
  readonly prometheusOperator: {
    readonly resources: Resources;
    /** Both are off: with the first one off alone, the operator's Deployment mounts a Secret that only the chart's webhook jobs make. */
    readonly admissionWebhooks: { readonly enabled: false };
    readonly tls: { readonly enabled: false };
  };
  readonly grafana: {
    readonly admin: { readonly existingSecret: string; readonly userKey: string; readonly passwordKey: string };
    readonly resources: Resources;
    /** The chart adds its own user and group. */
    readonly securityContext: typeof GROUP_ONCE;
    readonly sidecar: { readonly resources: Resources };
    readonly persistence: { readonly enabled: boolean; readonly storageClassName: string; readonly size: string };
    readonly testFramework: { readonly enabled: false };
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
  workloads: ({ name, namespace, values }) => {
    const { prometheusSpec } = values.prometheus;
    const { grafana } = values;
    return [
      deployment({
        name: `${name}-operator`,
        namespace,
        containers: [
          {
            name: "operator",
            image: "quay.io/prometheus-operator/prometheus-operator:v0.93.1",
            resources: values.prometheusOperator.resources,
          },
        ],
      }),
      deployment({
        name: `${name}-kube-state-metrics`,
        namespace,
        containers: [
          {
            name: "kube-state-metrics",
            image: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
            resources: values["kube-state-metrics"].resources,
          },
        ],
      }),
      deployment({
        name: `${name}-grafana`,
        namespace,
        recreate: grafana.persistence.enabled,
        containers: [
          { name: "grafana", image: "docker.io/grafana/grafana:13.2.0", resources: grafana.resources },
          { name: "dashboards", image: "quay.io/kiwigrid/k8s-sidecar:2.10.1", resources: grafana.sidecar.resources },
          { name: "datasources", image: "quay.io/kiwigrid/k8s-sidecar:2.10.1", resources: grafana.sidecar.resources },
        ],
        pod: grafana.persistence.enabled ? { volumes: [{ name: "storage", persistentVolumeClaim: { claimName: `${name}-grafana` } }] } : {},
      }),
      ...(grafana.persistence.enabled
        ? [claim(`${name}-grafana`, namespace, grafana.persistence.size, grafana.persistence.storageClassName)]
        : []),
      daemonSet({
        name: `${name}-prometheus-node-exporter`,
        namespace,
        containers: [
          {
            name: "node-exporter",
            image: "quay.io/prometheus/node-exporter:v1.12.1-distroless",
            resources: values["prometheus-node-exporter"].resources,
          },
        ],
        pod: {
          hostNetwork: true,
          hostPID: true,
          volumes: ["/proc", "/sys", "/"].map((path, index) => ({ name: ["proc", "sys", "root"][index] ?? path, hostPath: { path } })),
          tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
        },
      }),
      // The operator makes these two StatefulSets of the Prometheus and the Alertmanager resources that the chart installs.
      statefulSet({
        name: `prometheus-${name}-prometheus`,
        namespace,
        containers: [
          { name: "prometheus", image: "quay.io/prometheus/prometheus:v3.14.0-distroless", resources: prometheusSpec.resources },
        ],
        pod: { nodeSelector: { ...prometheusSpec.nodeSelector }, priorityClassName: prometheusSpec.priorityClassName },
        claims: { data: prometheusSpec.storageSpec.volumeClaimTemplate.spec },
      }),
      statefulSet({
        name: `alertmanager-${name}-alertmanager`,
        namespace,
        containers: [
          {
            name: "alertmanager",
            image: "quay.io/prometheus/alertmanager:v0.34.0",
            resources: values.alertmanager.alertmanagerSpec.resources,
          },
        ],
      }),
    ];
  },
};
