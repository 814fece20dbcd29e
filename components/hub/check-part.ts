import type { V1PodSpec } from "@kubernetes/client-node";
import { DEFAULTS } from "../charts/jupyterhub-defaults";
import { choose } from "../choose";
import { placedOn } from "../nodes/labels";
import { part, type Part } from "../parts";
import { SERVICES } from "../platform/priority-classes";
import { schemeOf, toPublicNames } from "../platform/public-ingress";
import { podKind, type Flow } from "../tenancy/flows";
import { cronJob } from "../workloads/cron-job";
import { LOCKED, resources } from "../workloads/kit";
import { NOBODY, runAs } from "../workloads/run-as";
import { HUB_CHECK } from "./check-access";
import { checkFiles, HUB_CHECK_GRACE_SECONDS, HUB_CHECK_PLACES, HUB_CHECK_SECONDS } from "./check-files";
import type { HubCheckSettings } from "./check-settings";
import type { HubFacts } from "./facts";
import { HUB_PODS } from "./pods";
import { PROXY_HTTPS_PORT } from "./ports";
import type { HubSettings } from "./settings";

/** Name of the Secret with the job's tokens: `api-token` for the hub, and `access-token` for the cache where servers are given one. */
export const HUB_CHECK_SECRET = `${HUB_CHECK}-tokens`;

/** Pods of the job. */
export const HUB_CHECK_PODS = podKind("hub", HUB_CHECK, { "app.kubernetes.io/name": HUB_CHECK });

/**
 * The job that does what a user does, by the address that users open. Its verdict is that of its Job, which kube-state-metrics tells Prometheus with
 * the times of its start and its end; its log has a line for each step.
 */
export function hubCheckPart(settings: HubCheckSettings, hub: HubSettings, url: string, facts: HubFacts): Part {
  const shared = { name: HUB_CHECK, namespace: facts.namespaceOf("hub") };
  const verify = schemeOf(facts.ingress.issuer) === "https";
  return part("hub", {
    objects: {
      config: { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data: checkFiles(settings.file, hub, { url, verify }) },
      job: cronJob({
        ...shared,
        schedule: settings.schedule,
        deadline: HUB_CHECK_SECONDS,
        labels: HUB_CHECK_PODS.labels,
        pod: podSpec(facts),
      }),
    },
    flows: [entrance(hub, facts)],
    pods: [HUB_CHECK_PODS],
  });
}

/** The way of the job to the address that users open. */
function entrance({ expose }: HubSettings, { ingress }: HubFacts): Flow {
  return choose(expose, {
    address: (): Flow => ({ from: HUB_CHECK_PODS, to: HUB_PODS.proxy, ports: [PROXY_HTTPS_PORT] }),
    ingress: () => toPublicNames(HUB_CHECK_PODS, ingress),
  });
}

function podSpec({ nodes }: HubFacts): V1PodSpec {
  const { name, tag } = DEFAULTS.hub.image;
  return {
    restartPolicy: "Never",
    // A run that is told to end stops its server first.
    terminationGracePeriodSeconds: HUB_CHECK_GRACE_SECONDS,
    ...placedOn(nodes, "services"),
    // It watches the facility, as the exporter of the monitoring does.
    priorityClassName: SERVICES,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: runAs(NOBODY),
    containers: [
      {
        name: HUB_CHECK,
        // The hub's own, which has a client of HTTP and WebSockets.
        image: `${name}:${tag}`,
        command: ["python3", "-B", `${HUB_CHECK_PLACES.files}/check.py`],
        // We chose them: a client that waits most of the time.
        resources: resources("50m", "128Mi", "256Mi"),
        securityContext: LOCKED,
        volumeMounts: [
          { name: "config", mountPath: HUB_CHECK_PLACES.files, readOnly: true },
          { name: "tokens", mountPath: HUB_CHECK_PLACES.tokens, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: HUB_CHECK } },
      { name: "tokens", secret: { secretName: HUB_CHECK_SECRET, defaultMode: 0o400 } },
    ],
  };
}
