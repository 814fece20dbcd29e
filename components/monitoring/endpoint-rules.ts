import type { Manifest } from "../manifest";
import { PROBE_JOB } from "./probes";

/** Days before the end of a certificate from which on operators are told. We chose 7: cert-manager renews after two thirds of 90 days. */
const CERTIFICATE_DAYS = 7;

const ANSWERS = `probe_success{job="${PROBE_JOB}"}`;

/** Alerts of what the exporter finds out about the facility's endpoints. */
export function endpointRules(namespace: string): Manifest {
  const alert = (name: string, severity: "warning" | "critical", wait: string, expr: string, summary: string) => ({
    alert: name,
    expr,
    for: wait,
    labels: { severity },
    annotations: { summary },
  });
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: "facility-endpoints", namespace },
    spec: {
      groups: [
        {
          name: "facility-endpoints",
          rules: [
            alert(
              "FacilityEndpointDown",
              "warning",
              "5m",
              `${ANSWERS} == 0`,
              "{{ $labels.service }} does not answer at {{ $labels.instance }}",
            ),
            alert(
              "FacilityServiceDown",
              "critical",
              "5m",
              `max by (service) (${ANSWERS}) == 0`,
              "{{ $labels.service }} answers at none of its endpoints",
            ),
            alert(
              "FacilityEndpointsNotProbed",
              "critical",
              "15m",
              `absent(${ANSWERS})`,
              "Nobody asks the facility's endpoints whether they answer",
            ),
            alert(
              "FacilityCertificateEnds",
              "warning",
              "1h",
              `probe_ssl_earliest_cert_expiry{job="${PROBE_JOB}"} - time() < ${CERTIFICATE_DAYS * 24 * 3600}`,
              "A certificate of {{ $labels.service }} at {{ $labels.instance }} ends within a week",
            ),
          ],
        },
      ],
    },
  };
}
