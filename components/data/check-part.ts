import type { V1PodSpec } from "@kubernetes/client-node";
import { placedOn } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { part, type Part } from "../parts";
import { flowsBetween, podKind, type Flow } from "../tenancy/flows";
import { LOCKED, resources } from "../workloads/kit";
import { CHECK_PLACES, CHECK_SCRIPT } from "./check-script";
import type { CheckSettings } from "./check-settings";
import { doorUrl, xrootdEndpointsOf, type DoorEndpoint } from "./door-settings";
import { cachePods } from "./pods";
import { FEDERATION_PORTS } from "./ports";
import { cacheEndpoint, type Data } from "./settings";

/** Name of the job's objects. */
const CHECK = "data-check";

/** Name of the Secret with the job's token. */
export const CHECK_SECRET = "data-check-token";

/** Pods of the job. */
const CHECK_PODS = podKind("data", CHECK, { "app.kubernetes.io/name": CHECK });

/** User and group of the job, who own nothing. */
const NOBODY = 65534;

/** Seconds after which a run ends, however many hops are silent. We chose half an hour. */
const DEADLINE_SECONDS = 1800;

/** One line of the list that the job goes through: a name without blanks, and the URL of a file. */
interface Hop {
  readonly name: string;
  readonly url: string;
}

/** Doors and redirectors of one store that the job asks: those that take a token, or ask nobody. */
function askedOf(data: Data, store: string): readonly DoorEndpoint[] {
  const doors = data.stores[store]?.doors;
  return doors === undefined ? [] : xrootdEndpointsOf(doors).filter(({ auth }) => auth.some((way) => way !== "gsi"));
}

/**
 * Every hop of every known file: each redirector and door, the cache, and the origin from which the cache would fetch what it does not have.
 * After its first run the job finds the file in the cache, so the origin is asked by itself.
 */
export function hopsOf({ files }: CheckSettings, data: Data): readonly Hop[] {
  const endpoint = cacheEndpoint(data);
  return Object.entries(files).flatMap(([store, file]) => [
    ...askedOf(data, store).map((door) => ({ name: `${store}:${door.what}:${door.name}`, url: doorUrl(door, file) })),
    ...(endpoint ? [{ name: `${store}:cache:${endpoint.host}`, url: `root://${endpoint.host}:${endpoint.port}/${file}` }] : []),
    ...(data.cache.kind === "xcache"
      ? [
          {
            name: `${store}:origin:${data.cache.origin.host}`,
            url: `root://${data.cache.origin.host}:${data.cache.origin.port}/${file}`,
          },
        ]
      : []),
  ]);
}

/** The job that reads a known file of each store at every hop, with a token and rights of its own. */
export function checkPart(settings: CheckSettings, data: Data, nodes: Nodes, namespace: string): Part {
  const shared = { name: CHECK, namespace };
  const hops = hopsOf(settings, data).map(({ name, url }) => `${name} ${url}\n`);
  return part("data", {
    objects: {
      config: { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data: { "check.sh": CHECK_SCRIPT, hops: hops.join("") } },
      job: {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: shared,
        spec: {
          schedule: settings.schedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          // The last failed run stays, with its log, until one fails again.
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 1,
          jobTemplate: {
            spec: {
              backoffLimit: 0,
              activeDeadlineSeconds: DEADLINE_SECONDS,
              template: { metadata: { labels: CHECK_PODS.labels }, spec: podSpec(settings, nodes) },
            },
          },
        },
      },
    },
    flows: checkFlows(settings, data),
    pods: [CHECK_PODS],
  });
}

function podSpec({ image }: CheckSettings, nodes: Nodes): V1PodSpec {
  return {
    restartPolicy: "Never",
    ...placedOn(nodes, "services"),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NOBODY,
      runAsGroup: NOBODY,
      // With it the kubelet lets the job read its token.
      fsGroup: NOBODY,
      seccompProfile: { type: "RuntimeDefault" },
    },
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
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: CHECK } },
      { name: "token", secret: { secretName: CHECK_SECRET, defaultMode: 0o400 } },
      { name: "work", emptyDir: { sizeLimit: "512Mi" } },
    ],
  };
}

/** The ways of the job: to each door that it asks, to the cache, and where the cache itself goes for the origin. */
function checkFlows({ files }: CheckSettings, data: Data): readonly Flow[] {
  const endpoint = cacheEndpoint(data);
  const doors = Object.keys(files).flatMap((store) => askedOf(data, store).map((door) => ({ store, ...door })));
  return [
    ...doors.map(({ store, what, name, address, port }): Flow => ({
      from: CHECK_PODS,
      to: { kind: "outside", name: `${what} ${name} of ${store}`, addresses: [address] },
      ports: [port],
    })),
    ...(endpoint ? flowsBetween([CHECK_PODS], data.cache.kind === "xcache" ? cachePods(data.cache) : ["outside"], [endpoint.port]) : []),
    ...(data.cache.kind === "xcache"
      ? [
          { from: CHECK_PODS, to: "outside" as const, ports: [data.cache.origin.port] },
          { from: CHECK_PODS, to: "internet" as const, ports: FEDERATION_PORTS },
        ]
      : []),
  ];
}
