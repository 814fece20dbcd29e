/**
 * TCP ports that Prometheus reads on every host: the kubelet's (https://kubernetes.io/docs/reference/networking/ports-and-protocols/) and
 * that of node-exporter, which uses the host's network (https://github.com/prometheus/node_exporter).
 */
export const HOST_METRICS_PORTS = [10250, 9100] as const;
