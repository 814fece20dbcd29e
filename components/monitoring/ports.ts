/** What Prometheus reads on every host: the kubelet (https://kubernetes.io/docs/reference/networking/ports-and-protocols/) and node-exporter, which uses the host's network. */
export const HOST_METRICS_PORTS = [10250, 9100] as const;
