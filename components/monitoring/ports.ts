/**
 * TCP ports that Prometheus reads on hosts: those of the kubelet, the controller manager and the scheduler
 * (https://kubernetes.io/docs/reference/networking/ports-and-protocols/), of etcd and kube-proxy
 * (https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack/values.yaml), of
 * node-exporter (https://github.com/prometheus/node_exporter) and of MetalLB's speakers
 * (https://github.com/metallb/metallb/blob/v0.16.2/charts/metallb/templates/speaker.yaml).
 */
export const HOST_METRICS_PORTS = [10250, 10257, 10259, 2381, 10249, 9100, 9120] as const;

/** TCP port on which CoreDNS serves metrics (https://coredns.io/plugins/metrics/). */
export const DNS_METRICS_PORT = 9153;

/**
 * TCP ports of the pods of kube-prometheus-stack by their names, one list a program
 * (https://github.com/prometheus-community/helm-charts/tree/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack); Prometheus and Alertmanager
 * have those of their operator (https://github.com/prometheus-operator/prometheus-operator/tree/v0.93.1/pkg). The blackbox exporter is no part of
 * the chart (https://github.com/prometheus/blackbox_exporter/blob/v0.28.0/Dockerfile).
 */
export const MONITORING_PORTS = {
  operator: { http: 8080 },
  stateMetrics: { http: 8080, metrics: 8081 },
  grafana: { grafana: 3000, profiling: 6060 },
  prometheus: { web: 9090, "reloader-web": 8080 },
  alertmanager: { web: 9093, "reloader-web": 8080 },
  blackbox: { http: 9115 },
} as const;

/** Port, TCP and UDP, on which Alertmanagers tell each other what they have sent (https://prometheus.io/docs/alerting/latest/high_availability/). */
export const ALERTMANAGER_MESH_PORT = 9094;
