import type { Manifest } from "../manifest";
import { addressOf, type Part, type Probe } from "../parts";
import type { Flow } from "../tenancy/flows";
import { BLACKBOX } from "./blackbox";
import { MONITORING_PODS } from "./pods";
import { MONITORING_PORTS } from "./ports";

/** Value of the label `job` of what the exporter finds out, by which rules select it. */
export const PROBE_JOB = "facility-endpoints";

/** Seconds between two probes of an endpoint. We chose 30: an alert waits for ten of them. */
const INTERVAL = "30s";

/**
 * One Probe for all endpoints of a service that are asked in the same way. Prometheus selects every Probe, hands each target to the exporter,
 * and puts the service's name into the label `service`
 * (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.1/Documentation/api-reference/api.md, Probe).
 */
export function probeObjects(probes: readonly Probe[], namespace: string): Readonly<Record<string, Manifest>> {
  const groups = new Map<string, Probe[]>();
  for (const probe of probes) {
    const name = `probe-${nameOf(probe.service)}-${probe.scheme}`;
    groups.set(name, [...(groups.get(name) ?? []), probe]);
  }
  return Object.fromEntries(
    [...groups].map(([name, group]): [string, Manifest] => {
      const [first] = group;
      return [
        name,
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "Probe",
          metadata: { name, namespace },
          spec: {
            jobName: PROBE_JOB,
            interval: INTERVAL,
            prober: { url: `${BLACKBOX}.${namespace}.svc:${MONITORING_PORTS.blackbox.http}` },
            module: first?.scheme,
            targets: { staticConfig: { static: group.map(targetOf), labels: { service: first?.service } } },
          },
        },
      ];
    }),
  );
}

/** A target as its module reads it: a URL, or `host:port`. */
function targetOf(probe: Probe): string {
  return probe.scheme.startsWith("https") ? `https://${addressOf(probe)}/` : addressOf(probe);
}

/** A part of an object's name: letters of the service's name in lower case, digits and hyphens. */
function nameOf(service: string): string {
  return service
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** The flows of the exporter to every endpoint that the parts tell, each with the port on which it ends. */
export function probeFlows(parts: readonly Pick<Part, "probes" | "pods">[]): readonly Flow[] {
  return parts.flatMap(({ probes, pods }) =>
    probes.flatMap(({ port, at }) => {
      const ends = at ? [at] : pods.filter(({ listens }) => listens.some((listener) => listener.port === port)).map((to) => ({ to, port }));
      return ends.map((end): Flow => ({ from: MONITORING_PODS.blackbox, to: end.to, ports: [end.port] }));
    }),
  );
}
