import type { AlertmanagerConfig } from "../charts/kube-prometheus-stack";
import { choose } from "../choose";
import type { Flow } from "../tenancy/flows";
import { MONITORING_PODS } from "./pods";
import type { Alerts } from "./settings";

/**
 * Alertmanager's configuration; undefined where nobody is told, which is the chart's own. The chart adds the grouping of alerts to the route,
 * and a route of its own by which the alert that always fires goes to the receiver `null`
 * (https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-88.5.3/charts/kube-prometheus-stack/values.yaml).
 */
export function alertmanagerConfig(alerts: Alerts): AlertmanagerConfig | undefined {
  return choose(alerts, {
    email: ({ to, from, relay }) => ({
      route: { receiver: OPERATORS },
      receivers: [
        { name: "null" },
        {
          name: OPERATORS,
          email_configs: [
            { to: to.join(", "), from, smarthost: `${relay.host}:${relay.port}`, require_tls: relay.tls, send_resolved: true as const },
          ],
        },
      ],
    }),
    none: () => undefined,
  });
}

/** Flows of Alertmanager to the relay. */
export function alertFlows(alerts: Alerts): readonly Flow[] {
  return choose(alerts, {
    email: ({ relay }): readonly Flow[] => [{ from: MONITORING_PODS.alertmanager, to: "outside", ports: [relay.port] }],
    none: () => [],
  });
}

/** Name of the receiver that tells the operators. */
const OPERATORS = "operators";
