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
    volume: size.describe("Volume of Prometheus"),
    memory: size.default("4Gi").describe("Memory of Prometheus: about 8 KiB per active series"),
  })
  .describe("The facility's own Prometheus, Alertmanager and Grafana");

export const Monitoring = z
  .discriminatedUnion("kind", [
    stack,
    z.strictObject({ kind: z.literal("provided") }).describe("The cluster is watched by its own monitoring"),
  ])
  .describe("Who watches the facility")
  .meta({ readBy: ["kube-prometheus-stack"] });
export type Monitoring = z.infer<typeof Monitoring>;
export type MonitoringStack = z.infer<typeof stack>;

export function monitoringNeeds({ kind }: Monitoring): readonly Need[] {
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
