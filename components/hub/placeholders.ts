import type { V1Deployment } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import { tolerateUse } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { EVENT_TASKS, PLACEHOLDERS, TASKS, type PriorityClassName } from "../platform/priority-classes";
import { podKind } from "../tenancy/flows";
import { LOCKED } from "../workloads/kit";
import { NOBODY } from "../workloads/run-as";
import type { HubEvent } from "./event-settings";
import { HUB_RELEASE } from "./pods";
import type { HubSettings } from "./settings";
import { SCRATCH, serverResources } from "./users";

/** Label of placeholders, by which rules tell them from what serves. Its value is the name of the event. */
export const EVENT_LABEL = "analysis-facility/event";

/** Pods that keep places for servers of an event, and do nothing. */
export const PLACEHOLDER_PODS = podKind("hub", "event-placeholder", { "app.kubernetes.io/name": "event-placeholder" });

/** Does nothing until it is told to end. It is the image that the hub's chart has for its own placeholders and pullers. */
const PAUSE = "registry.k8s.io/pause:3.10.1";

/**
 * The placeholders of all events, a Deployment for each size, by the last part of the resource's name. A placeholder asks for what a server of the
 * size asks for, and the scheduler gives its place to a server that finds no other; then the Deployment makes a new one, which waits for room.
 */
export function placeholders(hub: HubSettings, nodes: Nodes, namespace: string): Readonly<Record<string, Manifest>> {
  return Object.fromEntries(
    hub.events.flatMap((event) =>
      event.servers.flatMap(({ profile: wanted, count }, index) => {
        const profile = hub.profiles.find(({ name }) => name === wanted);
        const name = `event-${event.name}-${index}`;
        return profile ? [[name, deployment({ name, event, count, profile, hub, nodes, namespace })]] : [];
      }),
    ),
  );
}

/**
 * Priority class of what users' requests start beside their servers, such as transformers. It evicts nobody, and while places are kept it takes
 * none that a server has made for itself.
 */
export function taskPriority({ events }: Pick<HubSettings, "events">): PriorityClassName {
  return events.length > 0 ? EVENT_TASKS : TASKS;
}

interface Placeholder {
  readonly name: string;
  readonly event: HubEvent;
  readonly count: number;
  readonly profile: HubSettings["profiles"][number];
  readonly hub: HubSettings;
  readonly nodes: Nodes;
  readonly namespace: string;
}

function deployment({ name, event, count, profile, hub, nodes, namespace }: Placeholder): Manifest & V1Deployment {
  const { requests, limits } = serverResources(hub, profile);
  const disk = SCRATCH.guarantees;
  const labels = { ...PLACEHOLDER_PODS.labels, [EVENT_LABEL]: event.name, "app.kubernetes.io/instance": name };
  const tolerations = tolerateUse(nodes, "users");
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    // A placeholder whose place a server has taken waits, as it should; nobody waits for it.
    metadata: { name, namespace, labels, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: {
      replicas: count,
      selector: { matchLabels: labels },
      strategy: { type: "Recreate" },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: PLACEHOLDERS,
          // That of user servers, which fills one host after the other
          // (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/files/hub/jupyterhub_config.py).
          schedulerName: `${HUB_RELEASE}-user-scheduler`,
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: "hub.jupyter.org/node-purpose", operator: "In", values: ["user"] }] }],
              },
            },
          },
          ...(tolerations.length > 0 && { tolerations }),
          // A server takes the place as soon as the placeholder has gone.
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            ...(hub.identity.kind === "fixed" && { runAsUser: NOBODY, runAsGroup: NOBODY }),
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "pause",
              image: PAUSE,
              resources: { requests: { ...requests, ...disk }, limits: { ...limits, ...disk } },
              securityContext: LOCKED,
            },
          ],
        },
      },
    },
  };
}
