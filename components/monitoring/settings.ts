import { z } from "zod";
import type { Need } from "../contract";
import { size } from "../fields";

const stack = z
  .strictObject({
    kind: z.literal("stack"),
    retention: z
      .string()
      .regex(/^\d+[hdwy]$/, "allowed: a Prometheus duration such as 30d or 2w")
      .default("15d")
      .meta({ description: "How long Prometheus keeps samples", unit: "Prometheus duration", examples: ["30d"], perSite: true }),
    volume: size.describe("Size of Prometheus' volume"),
    // Prometheus keeps about 8 KiB a series in memory; we chose 4 GiB for half a million series (docs/sources.md, Resources of charts).
    memory: size.default("4Gi").describe("Memory of Prometheus: about 8 KiB per active series"),
  })
  .describe("The facility's own Prometheus, Alertmanager and Grafana");

/**
 * Settings of monitoring. Prometheus' own default of 15 days is the default of `retention`
 * (https://prometheus.io/docs/prometheus/latest/storage/).
 */
export const MonitoringSettings = z
  .discriminatedUnion("kind", [
    stack,
    z.strictObject({ kind: z.literal("provided") }).describe("The cluster's own monitoring watches the facility"),
  ])
  .describe("Who watches the facility")
  .meta({ readBy: ["kube-prometheus-stack"] });
/** Settings of monitoring, with defaults filled in. */
export type MonitoringSettings = z.infer<typeof MonitoringSettings>;
/** Settings of the facility's own monitoring. */
export type MonitoringStack = z.infer<typeof stack>;

/** What monitoring needs of the site. */
export function monitoringNeeds({ kind }: MonitoringSettings): readonly Need[] {
  if (kind === "provided") return [];
  return [
    {
      capability: "hostNetwork",
      path: "af:monitoring",
      service: "node-exporter",
      otherwise: "set af:monitoring to { kind: provided }",
    },
  ];
}
