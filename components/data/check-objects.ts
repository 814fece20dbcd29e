import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { CONFIG_CHECKSUM, dataChecksum } from "../checksum";
import type { Manifest } from "../manifest";
import { placedOn } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { SERVICES } from "../platform/priority-classes";
import { LOCKED, resources, tcpPorts } from "../workloads/kit";
import { NOBODY, runAs } from "../workloads/run-as";
import { CHECK_PLACES, checkScript } from "./check-script";
import { checkPause, type CheckSettings } from "./check-settings";
import { CHECK_PODS } from "./pods";
import { CHECK_METRICS_PORT } from "./ports";

/** Name of the check's objects. */
export const CHECK = "data-check";

/** Name of the Secret with the check's token. */
export const CHECK_SECRET = "data-check-token";

/** One line of the list that the check goes through: a name without blanks, and the URL of a file. */
export interface Hop {
  readonly name: string;
  readonly url: string;
}

/** What the check makes, and the folder of the exporter. The largest file that fits is as large as the first. */
const ROOM = { work: "512Mi", metrics: "16Mi" } as const;

/**
 * What runs the check: a pod that reads the known files again and again, with the exporter of hosts beside it. That serves files in the text format of
 * Prometheus, and here does nothing else (https://github.com/prometheus/node_exporter/blob/v1.12.1/README.md, Textfile Collector).
 */
export function checkObjects(
  settings: CheckSettings,
  hops: readonly Hop[],
  nodes: Nodes,
  namespace: string,
): Readonly<Record<"config" | "check", Manifest>> {
  const shared = { name: CHECK, namespace };
  const list = hops.map(({ name, url }) => `${name} ${url}\n`);
  const data = { "check.sh": checkScript(checkPause(settings)), hops: list.join("") };
  const { labels } = CHECK_PODS;
  return {
    config: { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data },
    check: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: shared,
      spec: {
        replicas: 1,
        // Two at once would measure each other.
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels },
        // The shell reads its script at its start.
        template: { metadata: { labels, annotations: { [CONFIG_CHECKSUM]: dataChecksum(data) } }, spec: podSpec(settings, nodes) },
      },
    },
  };
}

function podSpec({ image }: CheckSettings, nodes: Nodes): V1PodSpec {
  return {
    ...placedOn(nodes, "services"),
    priorityClassName: SERVICES,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The shell ends after the hop at which it is; nothing is lost with a hop.
    terminationGracePeriodSeconds: 5,
    securityContext: runAs(NOBODY),
    containers: [
      {
        name: CHECK,
        image,
        command: ["sh", `${CHECK_PLACES.hops}/check.sh`],
        // We chose them: one client at a time, and a small file.
        resources: resources("50m", "128Mi", "512Mi"),
        securityContext: LOCKED,
        volumeMounts: [
          { name: "config", mountPath: CHECK_PLACES.hops, readOnly: true },
          { name: "token", mountPath: CHECK_PLACES.token, readOnly: true },
          { name: "work", mountPath: CHECK_PLACES.work },
          { name: "metrics", mountPath: CHECK_PLACES.metrics },
        ],
      },
      exporter(),
    ],
    volumes: [
      { name: "config", configMap: { name: CHECK } },
      { name: "token", secret: { secretName: CHECK_SECRET, defaultMode: 0o400 } },
      ...Object.entries(ROOM).map(([name, sizeLimit]) => ({ name, emptyDir: { sizeLimit } })),
    ],
  };
}

function exporter(): V1Container {
  const answers = { httpGet: { path: "/", port: CHECK_METRICS_PORT } };
  return {
    name: "metrics",
    image: "quay.io/prometheus/node-exporter:v1.12.1-distroless",
    args: exporterArguments(CHECK_PLACES.metrics, `:${CHECK_METRICS_PORT}`),
    // We chose them: it reads one small file for each question.
    resources: resources("10m", "32Mi", "64Mi"),
    ports: tcpPorts(["metrics", CHECK_METRICS_PORT]),
    securityContext: LOCKED,
    readinessProbe: answers,
    livenessProbe: answers,
    volumeMounts: [{ name: "metrics", mountPath: CHECK_PLACES.metrics, readOnly: true }],
  };
}

/**
 * Arguments with which the exporter tells of the files of one folder, and of nothing else.
 * @param address `host:port` at which it listens; without a host it listens on every address.
 */
export function exporterArguments(folder: string, address: string): string[] {
  return [
    "--collector.disable-defaults",
    "--web.disable-exporter-metrics",
    "--collector.textfile",
    `--collector.textfile.directory=${folder}`,
    `--web.listen-address=${address}`,
  ];
}
