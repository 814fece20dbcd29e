import { z } from "zod";
import type { Need } from "../contract";
import { dnsName, memory, none, port, size } from "../fields";

const address = z
  .email("allowed: an e-mail address")
  .meta({ description: "An e-mail address", examples: ["operators@example.edu"], perSite: true });

const relay = z
  .strictObject({
    host: dnsName.describe("Host name of the relay"),
    port: port.default(25).describe("Port of SMTP"),
    tls: z.boolean().default(true).describe("Whether mail goes only if the relay offers STARTTLS"),
  })
  .describe("The site's mail relay; it must take mail from the cluster without a password");

const alerts = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("email"),
      to: z.array(address).min(1, "allowed: at least one address").describe("Who is told"),
      from: address.describe("Sender of the mails"),
      relay,
    })
    .describe("Mail to the operators"),
  none.describe("Nobody is told; alerts stand on Alertmanager's page alone"),
]);

/** Hours of the units that `retention` takes. */
const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 };

/**
 * True for a duration that Prometheus can hold in 63 bits of nanoseconds, and that is none: no retention at all means its default of 15 days
 * (https://github.com/prometheus/common/blob/v0.66.1/model/time.go, ParseDuration;
 * https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects).
 */
function isRetention(duration: string): boolean {
  const hours = parseInt(duration, 10) * (HOURS[duration.slice(-1)] ?? NaN);
  return hours > 0 && hours <= 292 * 365 * 24;
}

const stack = z
  .strictObject({
    kind: z.literal("stack"),
    retention: z
      .string()
      .regex(/^\d{1,7}[hdwy]$/, { error: "allowed: a Prometheus duration such as 30d or 2w", abort: true })
      .refine((value) => isRetention(value), "allowed: 1h to 292y, the longest duration of Prometheus")
      .default("15d")
      .meta({ description: "How long Prometheus keeps samples", unit: "Prometheus duration", examples: ["30d"], perSite: true }),
    volume: size.describe("Size of Prometheus' volume"),
    // Prometheus keeps about 8 KiB a series in memory; we chose 4 GiB for half a million series (docs/sources.md, Resources of charts).
    memory: memory.default("4Gi").describe("Memory of Prometheus: about 8 KiB per active series"),
    alerts: alerts.default({ kind: "none" }).describe("Who is told of alerts"),
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
/** Settings of who is told of alerts. */
export type Alerts = z.infer<typeof alerts>;
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
