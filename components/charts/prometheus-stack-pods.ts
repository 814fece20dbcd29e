import type { V1PodSecurityContext, V1PodSpec, V1Toleration } from "@kubernetes/client-node";
import { alertmanagerStatefulSet, CONFIG_RELOADER, type PrometheusSpec, prometheusStatefulSet } from "../operators/prometheus";
import { type ContainerLimits, daemonSet, deployment, helmHook, job, LOCKED } from "../workloads/kit";
import type { Workload } from "../workloads/workload";
import { fullName } from "./chart";
import { GRAFANA, grafanaWorkloads } from "./grafana-pods";
import { placed, POD } from "./placement";
import { withDefaults } from "./values";

/** Tolerations that the chart gives the exporter of hosts. */
export const EXPORTER_TOLERATIONS: readonly V1Toleration[] = [{ effect: "NoSchedule", operator: "Exists" }];

/** The user that Prometheus and Alertmanager run as. */
const OPERATED: PrometheusSpec = {
  replicas: 1,
  portName: "http-web",
  securityContext: { runAsGroup: 2000, runAsNonRoot: true, runAsUser: 1000, fsGroup: 2000, seccompProfile: { type: "RuntimeDefault" } },
};

/**
 * The chart's own values, as far as they decide what runs
 * (https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack/values.yaml).
 */
const DEFAULTS = {
  prometheus: { enabled: true, prometheusSpec: { ...OPERATED, storageSpec: {} as NonNullable<PrometheusSpec["storage"]> } },
  alertmanager: {
    enabled: true,
    alertmanagerSpec: { ...OPERATED, storage: {} as NonNullable<PrometheusSpec["storage"]> },
  },
  prometheusOperator: {
    ...POD,
    enabled: true,
    tls: { enabled: true },
    admissionWebhooks: { enabled: true, patch: { enabled: true, resources: {} as ContainerLimits } },
    prometheusConfigReloader: { resources: {} as ContainerLimits },
  },
  grafana: GRAFANA,
  nodeExporter: { enabled: true },
  kubeStateMetrics: { enabled: true },
  "kube-state-metrics": { ...POD, replicas: 1 },
  "prometheus-node-exporter": {
    ...POD,
    tolerations: EXPORTER_TOLERATIONS,
    nodeSelector: { "kubernetes.io/os": "linux" } as Readonly<Record<string, string>>,
    hostNetwork: true,
    hostPID: true,
    hostRootFsMount: { enabled: true },
  },
};

/** Hosts on which no exporter can run: those of serverless offers. */
const REAL_HOSTS: NonNullable<V1PodSpec["affinity"]> = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "eks.amazonaws.com/compute-type", operator: "NotIn", values: ["fargate"] },
            { key: "type", operator: "NotIn", values: ["virtual-kubelet"] },
          ],
        },
      ],
    },
  },
};

const NOBODY: V1PodSecurityContext = { runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, fsGroup: 65534 };
const CONFINED: V1PodSecurityContext = { ...NOBODY, seccompProfile: { type: "RuntimeDefault" } };

/** Workloads of an installation of the chart, with those that its operator makes of the Prometheus and the Alertmanager in it. */
export function prometheusStackWorkloads(release: string, namespace: string, given: unknown): readonly Workload[] {
  const values = withDefaults(DEFAULTS, given);
  const { grafana, prometheusOperator } = values;
  const [metrics, exporter] = [values["kube-state-metrics"], values["prometheus-node-exporter"]];
  const name = fullName(release, "kube-prometheus-stack").slice(0, 26).replace(/-$/, "");
  const named = (application: string) => ({ "app.kubernetes.io/name": application, "app.kubernetes.io/instance": release });
  const reloader = { ...CONFIG_RELOADER, resources: prometheusOperator.prometheusConfigReloader.resources };
  const { storageSpec, ...prometheusSpec } = values.prometheus.prometheusSpec;
  const webhooks = prometheusOperator.admissionWebhooks;
  const serving = prometheusOperator.tls.enabled ? { name: "https", containerPort: 10250 } : { name: "http", containerPort: 8080 };
  return [
    ...(prometheusOperator.enabled
      ? [
          deployment({
            name: `${name}-operator`,
            namespace,
            selector: { app: `${name}-operator`, release },
            labels: { ...named(`${name}-prometheus-operator`), "app.kubernetes.io/component": "prometheus-operator" },
            containers: [
              {
                name: "kube-prometheus-stack",
                image: "quay.io/prometheus-operator/prometheus-operator:v0.93.1",
                resources: prometheusOperator.resources,
                securityContext: LOCKED,
                ports: [serving],
              },
            ],
            pod: { ...placed(prometheusOperator), securityContext: CONFINED },
          }),
          ...(webhooks.enabled && webhooks.patch.enabled
            ? [webhookJob("create", "pre-install,pre-upgrade"), webhookJob("patch", "post-install,post-upgrade")]
            : []),
        ]
      : []),
    ...(values.kubeStateMetrics.enabled
      ? [
          deployment({
            name: `${release}-kube-state-metrics`,
            namespace,
            replicas: metrics.replicas,
            selector: named("kube-state-metrics"),
            labels: { "app.kubernetes.io/component": "metrics", release },
            containers: [
              {
                name: "kube-state-metrics",
                image: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
                resources: metrics.resources,
                securityContext: LOCKED,
                ports: [
                  { name: "http", containerPort: 8080 },
                  { name: "metrics", containerPort: 8081 },
                ],
              },
            ],
            pod: { ...placed(metrics), securityContext: CONFINED },
          }),
        ]
      : []),
    ...(grafana.enabled ? grafanaWorkloads(release, namespace, grafana, { selector: named("grafana"), pod: placed(grafana) }) : []),
    ...(values.nodeExporter.enabled
      ? [
          daemonSet({
            name: `${release}-prometheus-node-exporter`,
            namespace,
            rolling: { maxUnavailable: 1 },
            selector: named("prometheus-node-exporter"),
            labels: { "app.kubernetes.io/component": "metrics", jobLabel: "node-exporter", release },
            containers: [
              {
                name: "node-exporter",
                image: "quay.io/prometheus/node-exporter:v1.12.1-distroless",
                resources: exporter.resources,
                securityContext: { readOnlyRootFilesystem: true },
                ports: [{ name: "http-metrics", containerPort: 9100 }],
              },
            ],
            pod: {
              ...placed(exporter),
              ...(Object.keys(exporter.affinity).length === 0 && { affinity: REAL_HOSTS }),
              hostNetwork: exporter.hostNetwork,
              hostPID: exporter.hostPID,
              securityContext: NOBODY,
              volumes: ["/proc", "/sys", ...(exporter.hostRootFsMount.enabled ? ["/"] : [])].map((path) => ({
                name: path === "/" ? "root" : path.slice(1),
                hostPath: { path },
              })),
            },
          }),
        ]
      : []),
    // The chart makes these two resources, and its operator a StatefulSet of each.
    ...(values.prometheus.enabled
      ? [
          prometheusStatefulSet(
            `${name}-prometheus`,
            namespace,
            {
              image: "quay.io/prometheus/prometheus:v3.14.0-distroless",
              affinity: apart(["app.kubernetes.io/name", "prometheus"], ["app.kubernetes.io/instance", `${name}-prometheus`]),
              ...prometheusSpec,
              storage: storageSpec,
            },
            reloader,
          ),
        ]
      : []),
    ...(values.alertmanager.enabled
      ? [
          alertmanagerStatefulSet(
            `${name}-alertmanager`,
            namespace,
            {
              image: "quay.io/prometheus/alertmanager:v0.34.0",
              affinity: apart(["app.kubernetes.io/name", "alertmanager"], ["alertmanager", `${name}-alertmanager`]),
              ...values.alertmanager.alertmanagerSpec,
            },
            reloader,
          ),
        ]
      : []),
  ];

  function webhookJob(what: "create" | "patch", when: string) {
    const job_ = `${name}-admission-${what}`;
    return job({
      name: job_,
      namespace,
      annotations: helmHook(when, "before-hook-creation,hook-succeeded"),
      selector: { app: job_ },
      labels: {
        ...named("kube-prometheus-stack-prometheus-operator"),
        "app.kubernetes.io/component": "prometheus-operator-webhook",
        release,
      },
      containers: [
        {
          name: what,
          image: "ghcr.io/jkroepke/kube-webhook-certgen:1.8.7",
          resources: webhooks.patch.resources,
          securityContext: LOCKED,
        },
      ],
      pod: { securityContext: { runAsNonRoot: true, runAsUser: 2000, runAsGroup: 2000, seccompProfile: { type: "RuntimeDefault" } } },
    });
  }
}

/** The chart's preference that pods with these labels run on different hosts. */
function apart(...labels: readonly (readonly [string, string])[]): NonNullable<V1PodSpec["affinity"]> {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchExpressions: labels.map(([key, value]) => ({ key, operator: "In", values: [value] })) },
            topologyKey: "kubernetes.io/hostname",
          },
        },
      ],
    },
  };
}
