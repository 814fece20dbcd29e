import type { V1PodSpec } from "@kubernetes/client-node";
import { CONFIG_CHECKSUM, dataChecksum } from "../checksum";
import { CLUSTER_PODS, USER_SERVERS } from "../hub/pods";
import type { Manifest } from "../manifest";
import { placedOn } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { part, type Part } from "../parts";
import { flowsBetween, podKind } from "../tenancy/flows";
import { FRONT } from "../platform/priority-classes";
import { addressAnnotation, type LoadBalancer } from "../platform/settings";
import { LOCKED, oneAtATime, resources, tcpPorts } from "../workloads/kit";
import { runAs } from "../workloads/run-as";
import { XCACHE_PORT, XROOTD_PORT } from "./ports";
import { publicSignpost, URL_NAME, type XCacheSettings } from "./settings";
import { XROOTD_ID } from "./xcache-set";

/** Name of the other objects of the signpost. */
const SIGNPOST = "xcache-signpost";

/** Pods of the signpost, in the namespace of those that read. */
export const SIGNPOST_PODS = podKind("hub", SIGNPOST, { "app.kubernetes.io/name": SIGNPOST }, { xrootd: XROOTD_PORT });

/**
 * Places in the container: the daemon's configuration, the one folder in which it may write, for its process number and its sockets, and the folder without
 * files that it serves.
 */
const PLACES = { config: "/etc/xrootd/signpost.cfg", own: "/run/signpost", files: "/srv/no-files" } as const;

/**
 * Configuration of the signpost: a server of XRootD without files, keys and rules, that sends every client to the cache by its true name. `open` is sent
 * on by path, every other request about a file by `all` (https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdXrootd/XrdXrootdConfig.cc, `xred`). The
 * redirect names a host and a port, and clients stay in clear text until that host asks for TLS, as the cache does before they log in. So a client verifies
 * the cache's certificate, and shows a token to nobody else: this server asks for none.
 */
export function signpostConfig({ host }: Pick<XCacheSettings, "host">): string {
  const cache = `${host}:${XCACHE_PORT}`;
  return [
    `xrd.port ${XROOTD_PORT}`,
    // The name goes to clients as it is, so that it need not be known to the DNS before this server starts; nor need clients have names.
    "xrd.network dyndns nodnr",
    `all.adminpath ${PLACES.own}`,
    `all.pidpath ${PLACES.own}`,
    `oss.localroot ${PLACES.files}`,
    "all.export / r/o",
    `xrootd.redirect ${cache} /`,
    `xrootd.redirect ${cache} all`,
    "",
  ].join("\n");
}

/** What the signpost needs to know of the rest of the site. */
export interface SignpostFacts {
  readonly nodes: Nodes;
  readonly namespace: string;
  readonly loadBalancer: LoadBalancer;
}

/**
 * The Service `xcache` where users' pods run, and what answers there, so that images without XRootD's client plug-in read `root://xcache//store/...` as it is
 * written. It is no name of the cache itself: no public authority certifies a name without a domain
 * (https://cabforum.org/working-groups/server/baseline-requirements/requirements/, 4.2.2), and clients would refuse the certificate. Jobs of a
 * pool outside of the cluster reach it at an address of the load balancer, under a name of the public DNS, where the site gives it one.
 */
export function signpostPart(settings: XCacheSettings, { nodes, namespace, loadBalancer }: SignpostFacts): Part {
  const outside = publicSignpost({ cache: settings });
  const shared = { name: SIGNPOST, namespace };
  const files = { "signpost.cfg": signpostConfig(settings) };
  const { labels } = SIGNPOST_PODS;
  return part("hub", {
    objects: {
      config: { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data: files },
      server: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: shared,
        spec: {
          // We chose two, because every read of a user begins here.
          replicas: 2,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels, annotations: { [CONFIG_CHECKSUM]: dataChecksum(files) } },
            spec: podSpec(settings, nodes),
          },
        },
      },
      service: {
        apiVersion: "v1",
        kind: "Service",
        metadata: {
          name: URL_NAME,
          namespace,
          ...(settings.signpost && { annotations: addressAnnotation(loadBalancer, settings.signpost.address) }),
        },
        spec: {
          // With Local no connection takes a way over a second host.
          ...(settings.signpost && { type: "LoadBalancer", externalTrafficPolicy: "Local" }),
          selector: labels,
          ports: [{ name: "xrootd", port: XROOTD_PORT, targetPort: XROOTD_PORT }],
        },
      },
      budget: oneAtATime(SIGNPOST, namespace, labels) as Manifest,
    },
    flows: [
      ...flowsBetween([USER_SERVERS, CLUSTER_PODS.worker], [SIGNPOST_PODS], [XROOTD_PORT]),
      // The hosts of the pool are not told one by one.
      ...(outside === undefined ? [] : [{ from: "anywhere", to: SIGNPOST_PODS, ports: [XROOTD_PORT] } as const]),
    ],
    pods: [SIGNPOST_PODS],
    ...(outside !== undefined && { probes: [{ service: "signpost", host: outside, port: XROOTD_PORT, scheme: "xrootd" }] }),
  });
}

function podSpec({ image }: XCacheSettings, nodes: Nodes): V1PodSpec {
  return {
    ...placedOn(nodes, "services"),
    // With the hub whose users it serves: without it nobody reads.
    priorityClassName: FRONT,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...SIGNPOST_PODS.labels } },
      },
    ],
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // As process number 1 the daemon does not hear SIGTERM. We chose ten seconds, in which it answers while the Service forgets it.
    terminationGracePeriodSeconds: 10,
    securityContext: runAs(XROOTD_ID),
    containers: [
      {
        name: "signpost",
        image,
        // In place of the image's own start, which makes a cache and is root.
        command: ["xrootd", "-c", PLACES.config, "-n", "signpost", "-s", `${PLACES.own}/xrootd.pid`],
        workingDir: PLACES.own,
        // docs/sources.md, The name `xcache`, says what was measured.
        resources: resources("50m", "64Mi", "256Mi"),
        ports: tcpPorts(["xrootd", XROOTD_PORT]),
        securityContext: LOCKED,
        livenessProbe: { tcpSocket: { port: XROOTD_PORT }, periodSeconds: 20 },
        readinessProbe: { tcpSocket: { port: XROOTD_PORT }, periodSeconds: 5 },
        volumeMounts: [
          { name: "config", mountPath: PLACES.config, subPath: "signpost.cfg", readOnly: true },
          { name: "own", mountPath: PLACES.own },
          { name: "files", mountPath: PLACES.files, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: SIGNPOST } },
      { name: "own", emptyDir: { sizeLimit: "16Mi" } },
      { name: "files", emptyDir: { sizeLimit: "1Mi" } },
    ],
  };
}
