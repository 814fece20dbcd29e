import type { Manifest } from "../manifest";
import { CHECK } from "./check-objects";
import { CHECK_METRICS, HOP_PATIENCE } from "./check-script";
import { CHECK_PODS } from "./pods";

/** Runs in a row in which a hop must fail before operators are told. We chose 2: one may have met a restart. */
const RUNS = 2;

/**
 * How Prometheus finds the check, and when it tells operators of it. Prometheus selects every PodMonitor and every rule of the cluster
 * (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.1/Documentation/api-reference/api.md, PodMonitor).
 * @param hops number of hops of one run.
 * @param pause seconds between two runs.
 */
export function checkMonitoring(hops: number, pause: number, namespace: string): Readonly<Record<"monitor" | "rules", Manifest>> {
  const metadata = { name: CHECK, namespace };
  const longestRun = hops * HOP_PATIENCE;
  const alert = (name: string, expr: string, summary: string, wait = "0s") => ({
    alert: name,
    expr,
    for: wait,
    labels: { severity: "warning" },
    annotations: { summary },
  });
  const { broken, ended } = CHECK_METRICS;
  return {
    monitor: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata,
      spec: { selector: { matchLabels: CHECK_PODS.labels }, podMetricsEndpoints: [{ port: "metrics" }] },
    },
    rules: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata,
      spec: {
        groups: [
          {
            name: CHECK,
            rules: [
              alert(
                "DataCheckBroken",
                `max by (hop) (${broken}) >= ${RUNS}`,
                "{{ $labels.hop }} gave no known file in the last {{ $value }} runs of the check",
              ),
              alert(
                "DataCheckSilent",
                `time() - max(${ended}) > ${RUNS * (pause + longestRun)} or absent(${ended})`,
                "The check of the data path tells nothing new",
                // After its start the check tells nothing before its first run has ended.
                `${longestRun}s`,
              ),
            ],
          },
        ],
      },
    },
  };
}
