import type { V1Container } from "@kubernetes/client-node";
import { CONFIG_CHECKSUM, dataChecksum } from "../checksum";
import type { Manifest } from "../manifest";
import { placedOn } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { SERVICES } from "../platform/priority-classes";
import { LOCKED, resources, tcpPorts } from "../workloads/kit";
import { NOBODY } from "../workloads/run-as";
import { MONITORING_PODS } from "./pods";
import { MONITORING_PORTS } from "./ports";
import { exporterConfig } from "./probe-modules";

/** Name of the exporter's objects, and of its Service, which Prometheus asks. */
export const BLACKBOX = "blackbox-exporter";

/** Folder in which the image keeps its configuration (https://github.com/prometheus/blackbox_exporter/blob/v0.28.0/Dockerfile). */
const FOLDER = "/etc/blackbox_exporter";

/** The exporter that asks the facility's endpoints whether they answer; it keeps nothing. */
export function blackboxObjects(namespace: string, nodes: Nodes): Readonly<Record<string, Manifest>> {
  const shared = { name: BLACKBOX, namespace };
  const { http } = MONITORING_PORTS.blackbox;
  const data = { "config.yml": exporterConfig() };
  const answers = { httpGet: { path: "/-/healthy", port: http } };
  const { labels } = MONITORING_PODS.blackbox;
  const container: V1Container = {
    name: BLACKBOX,
    image: "quay.io/prometheus/blackbox-exporter:v0.28.0",
    args: [`--config.file=${FOLDER}/config.yml`],
    // We chose them: a probe is a connection, and few are open at once.
    resources: resources("20m", "32Mi", "128Mi"),
    ports: tcpPorts(["http", http]),
    securityContext: LOCKED,
    readinessProbe: answers,
    livenessProbe: answers,
    volumeMounts: [{ name: "config", mountPath: FOLDER, readOnly: true }],
  };
  return {
    config: { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data },
    exporter: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: shared,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          // The exporter reads its file at its start.
          metadata: { labels, annotations: { [CONFIG_CHECKSUM]: dataChecksum(data) } },
          spec: {
            ...placedOn(nodes, "services"),
            priorityClassName: SERVICES,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, runAsUser: NOBODY, runAsGroup: NOBODY, seccompProfile: { type: "RuntimeDefault" } },
            containers: [container],
            volumes: [{ name: "config", configMap: { name: BLACKBOX } }],
          },
        },
      },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: shared,
      spec: { selector: labels, ports: [{ name: "http", port: http, targetPort: http }] },
    },
  };
}
